#!/usr/bin/env bash
# A Ceph on this machine, for the tests that take a real gateway: one monitor, one OSD in memory, one gateway, all on
# 127.0.0.1 and gone with its folder. Prints what to export, and how to end it.
#   sudo apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common
#   tests/ceph.sh [PORT]      # the monitor listens on the port after it
set -euo pipefail
port=${1:-28080}
folder=$(mktemp -d "${TMPDIR:-/tmp}/bluegreen-ceph.XXXXXX")
mkdir "$folder"/{mon,osd,gateway,run,log}
new_id() { cat /proc/sys/kernel/random/uuid; }
cluster=$(new_id)
cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $cluster
mon host = v1:127.0.0.1:$((port + 1))
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
keyring = /dev/null
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd class update on start = false
osd crush update on start = false
osd objectstore = memstore
memstore device bytes = 2147483648
mon data = $folder/mon
osd data = $folder/osd
rgw data = $folder/gateway
run dir = $folder/run
pid file = $folder/run/\$name.pid
admin socket = $folder/run/\$name.asok
log file = $folder/log/\$name.log
crash dir = $folder/log
[client.gateway]
rgw frontends = beast endpoint=127.0.0.1:$port
CONF
export CEPH_CONF=$folder/ceph.conf
{
  monmaptool --create --fsid "$cluster" --addv a "v1:127.0.0.1:$((port + 1))" "$folder/map"
  ceph-mon -i a --mkfs --monmap "$folder/map"
  ceph-mon -i a
  disk=$(new_id)
  ceph --connect-timeout 60 osd new "$disk"
  ceph-osd -i 0 --mkfs --osd-uuid "$disk"
  ceph-osd -i 0
  ceph osd crush add osd.0 1.0 host=here root=default
  timeout 120 radosgw-admin user create --uid=tests --display-name=tests --access-key=tests --secret-key=only-tests
  radosgw -n client.gateway
  timeout 60 bash -c "until (: </dev/tcp/127.0.0.1/$port) 2>/dev/null; do sleep 0.5; done"
} >"$folder/log/start" 2>&1 || { echo "Ceph did not start; $folder/log says why:" >&2; tail -5 "$folder/log/start" >&2; exit 1; }
echo "export BLUEGREEN_S3_URL=http://127.0.0.1:$port BLUEGREEN_S3_KEY=tests BLUEGREEN_S3_SECRET=only-tests"
echo "# the end of it: kill \$(cat $folder/run/*.pid); rm -r $folder"
