import pytest

from bluegreen_emulator.digitalocean.resolver import Resolver

RULE = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}


@pytest.fixture
def balancer(setting):
    """Serves the Droplets tagged blue: 1 and 2; green is 3."""
    for tag, ids in (("blue", [1, 2]), ("green", [3])):
        setting.post("/v2/tags", json={"name": tag})
        resources = [{"resource_id": str(i), "resource_type": "droplet"} for i in ids]
        setting.post(f"/v2/tags/{tag}/resources", json={"resources": resources})
    body = {"name": "lb", "region": "fra1", "forwarding_rules": [RULE], "tag": "blue", "redirect_http_to_https": True}
    made = setting.post("/v2/load_balancers", json=body)["load_balancer"]
    setting.clock.sleep(60)
    return made["id"]


def read(setting, balancer):
    return setting.get(f"/v2/load_balancers/{balancer}")["load_balancer"]


def test_a_change_takes_a_while_to_land(setting, balancer):
    body = {"name": "lb", "region": "fra1", "forwarding_rules": [RULE], "tag": "green"}
    shown = setting.put(f"/v2/load_balancers/{balancer}", json=body)["load_balancer"]
    assert (shown["status"], shown["droplet_ids"]) == ("new", [1, 2])
    setting.clock.sleep(20)
    shown = read(setting, balancer)
    assert (shown["status"], shown["droplet_ids"]) == ("active", [3])


def test_what_a_put_leaves_out_falls_back_to_its_default(setting, balancer):
    assert read(setting, balancer)["redirect_http_to_https"] is True
    body = {"region": "fra1", "forwarding_rules": [RULE], "tag": "blue"}
    shown = setting.put(f"/v2/load_balancers/{balancer}", json=body)["load_balancer"]
    assert (shown["redirect_http_to_https"], shown["name"]) == (False, "")


def test_the_put_that_doctl_makes_for_tag_name_alone_is_refused(setting, balancer):
    body = {"algorithm": "round_robin", "tag": "green", "health_check": {}, "sticky_sessions": {}}
    refused = setting.api.put(f"/v2/load_balancers/{balancer}", json=body)
    assert refused.status_code == 422
    assert "region" in refused.json()["message"]
    assert "forwarding_rules" in refused.json()["message"]


def test_tag_and_droplet_ids_exclude_each_other(setting, balancer):
    body = {"region": "fra1", "forwarding_rules": [RULE], "tag": "green", "droplet_ids": [3]}
    refused = setting.api.put(f"/v2/load_balancers/{balancer}", json=body)
    assert refused.status_code == 422
    assert "exclude each other" in refused.json()["message"]


def test_droplets_are_not_changed_by_id_where_a_tag_selects_them(setting, balancer):
    refused = setting.api.request("POST", f"/v2/load_balancers/{balancer}/droplets", json={"droplet_ids": [3]})
    assert refused.status_code == 422


def test_droplets_and_rules_are_sub_resources(setting, balancer):
    body = {"name": "lb", "region": "fra1", "forwarding_rules": [RULE], "droplet_ids": [1, 2]}
    setting.put(f"/v2/load_balancers/{balancer}", json=body)
    path = f"/v2/load_balancers/{balancer}"
    assert setting.api.post(f"{path}/droplets", json={"droplet_ids": [3]}).status_code == 204
    assert setting.api.request("DELETE", f"{path}/droplets", json={"droplet_ids": [1]}).status_code == 204
    other = RULE | {"entry_port": 8080}
    assert setting.api.post(f"{path}/forwarding_rules", json={"forwarding_rules": [other]}).status_code == 204
    assert (
        setting.api.request("DELETE", f"{path}/forwarding_rules", json={"forwarding_rules": [RULE]}).status_code == 204
    )
    setting.clock.sleep(60)
    shown = read(setting, balancer)
    assert shown["droplet_ids"] == [2, 3]
    assert [rule["entry_port"] for rule in shown["forwarding_rules"]] == [8080]


def test_apps_cannot_be_tagged(setting, balancer):
    resources = [{"resource_id": setting.green.id, "resource_type": "app"}]
    assert setting.api.post("/v2/tags/green/resources", json={"resources": resources}).status_code == 422


def test_records_are_made_found_changed_and_deleted(setting):
    setting.post("/v2/domains", json={"name": "holi.example"})
    path = "/v2/domains/holi.example/records"
    body = {"type": "CNAME", "name": "app", "data": "blue.ondigitalocean.app.", "ttl": 30}
    made = setting.post(path, json=body)["domain_record"]
    found = setting.get(path, params={"name": "app.holi.example", "type": "CNAME"})["domain_records"]
    assert [r["id"] for r in found] == [made["id"]]
    change = {"type": "CNAME", "data": "green.ondigitalocean.app."}
    changed = setting.call("PATCH", f"{path}/{made['id']}", json=change)["domain_record"]
    assert (changed["data"], changed["ttl"]) == ("green.ondigitalocean.app.", 30)
    assert setting.api.delete(f"{path}/{made['id']}").status_code == 204
    assert setting.api.get(f"{path}/{made['id']}").status_code == 404
    assert setting.get("/v2/domains")["domains"][0]["name"] == "holi.example"


def test_a_bad_record_is_refused(make):
    setting = make(minimum_ttl=30)
    setting.post("/v2/domains", json={"name": "holi.example"})
    for bad in (
        {"type": "CNAME", "name": "a", "data": "no-dot.example"},
        {"type": "A", "name": "", "data": ""},
        {"type": "NOPE", "name": "a", "data": "b"},
        {"type": "A", "name": "a", "data": "1.2.3.4", "ttl": 5},
    ):
        assert setting.api.post("/v2/domains/holi.example/records", json=bad).status_code == 422, bad


def test_new_droplets_get_traffic_when_they_are_called_healthy_and_the_old_ones_leave_before(make):
    for joins, between in ((0.0, [3]), (30.0, [])):
        setting = make(droplets_join=joins)
        balancers, tags = setting.cloud.load_balancers, setting.cloud.tags
        tags.all |= {"blue": [1, 2], "green": [3]}
        body = {"region": "fra1", "forwarding_rules": [RULE], "tag": "blue"}
        found = balancers.create(body, setting.clock.now())
        setting.clock.sleep(60)
        balancers.update(found, {**body, "tag": "green"}, setting.clock.now())
        assert balancers.serving(found, setting.clock.now()) == [1, 2]
        setting.clock.sleep(20)
        assert balancers.serving(found, setting.clock.now()) == between
        setting.clock.sleep(30)
        assert balancers.serving(found, setting.clock.now()) == [3]


def test_a_resolver_keeps_an_answer_for_the_ttl_that_it_had(setting):
    domains, resolver = setting.cloud.domains, Resolver(setting.cloud.domains)
    domains.create("holi.example")
    record = domains.add("holi.example", {"type": "A", "name": "www", "data": "192.0.2.1", "ttl": 60})

    def answer():
        return resolver.lookup("holi.example", "www.holi.example", "A", setting.clock.now())

    assert answer() == ["192.0.2.1"]
    domains.change("holi.example", record["id"], {"type": "A", "data": "192.0.2.2", "ttl": 5})
    setting.clock.sleep(59)
    assert answer() == ["192.0.2.1"]
    setting.clock.sleep(1)
    assert answer() == ["192.0.2.2"]
    assert resolver.lookup("nobody.example", "www.nobody.example", "A", setting.clock.now()) == []
