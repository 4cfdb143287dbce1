(() => {
'use strict';
const $ = (s) => document.querySelector(s), all = (s) => [...document.querySelectorAll(s)];
const url = location.href.split(/[?#]/)[0];
let token = '', etag = '', timer = 0, whole = 0, turn = 0, seen = 0;
let service = new URLSearchParams(location.search).get('service') || '';
const say = (text) => { $('#said').textContent = text; };

function ago(seconds) {
  if (seconds < 5) return 'just now';
  for (const [most, unit, name] of [[60, 1, 's'], [3600, 60, 'min'], [86400, 3600, 'h']])
    if (seconds < most) return Math.floor(seconds / unit) + ' ' + name + ' ago';
  return Math.floor(seconds / 86400) + ' d ago';
}
let drift = 0;
function tick() {
  const now = Date.now() + drift;
  for (const t of all('#view time[title]')) t.textContent = ago((now - Date.parse(t.dateTime)) / 1000);
  $('#state').textContent = !token ? '' : document.hidden ? 'paused' : seen ? 'checked ' + ago((Date.now() - seen) / 1000) : '';
}

function ask(method, query, headers, body) {
  return fetch(url + query, {method, body, headers: {Authorization: 'Bearer ' + token, ...headers}, cache: 'no-store',
    credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(25000)});
}
async function look(anew) {
  clearTimeout(timer);
  if (!token || document.hidden) return;
  const mine = ++turn;
  if (anew || Date.now() - whole > 60000) etag = '';
  try {
    const query = service ? '?service=' + encodeURIComponent(service) : '';
    const answer = await ask('GET', query, etag ? {'If-None-Match': '"' + etag + '"'} : {});
    const html = answer.status === 304 ? '' : await answer.text();
    if (mine !== turn) return;
    if (answer.status === 401) return forget('The token is not accepted.');
    if (html) { whole = Date.now(); show(html); }
    if (answer.ok || answer.status === 304) seen = Date.now();
  } catch (error) {
    if (mine !== turn) return;
    lost();
  }
  tick();
  timer = setTimeout(look, 'flight' in $('#view').dataset ? 2000 : 15000);
}

const stamp = (d) => d.querySelector('form[data-stamp]')?.dataset.stamp;
function show(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('#view');
  if (!fresh) return lost();
  const focused = document.activeElement && document.activeElement.id, at = document.activeElement;
  const caret = at && at.id && 'selectionStart' in at ? at.selectionStart : null;
  const open = all('#view details[open]').map((d) => [d.id, stamp(d)]);
  const typed = all('#view input').map((i) => [i.id, i.value]);
  $('#view').replaceWith(document.adoptNode(fresh));
  for (const [id, was] of open) {
    const d = document.getElementById(id);
    if (d && stamp(d) === was) d.open = true;
    else if (was) say('What a button would do has changed, so it was closed: open it again, and read.');
  }
  for (const [id, value] of typed) { const i = document.getElementById(id); if (i) i.value = value; }
  const again = focused && document.getElementById(focused);
  if (again) { again.focus({preventScroll: true}); if (caret !== null && again.setSelectionRange) again.setSelectionRange(caret, caret); }
  etag = fresh.dataset.etag || '';
  if (fresh.dataset.now) drift = Date.parse(fresh.dataset.now) - Date.now();
  $('#forget').hidden = !token;
  narrow();
}
function lost() {
  etag = '';
  const card = document.createElement('div'), h = document.createElement('h1'), p = document.createElement('p');
  h.textContent = 'No answer';
  p.textContent = 'The function cannot be reached. What was shown is hidden, because it may be out of date. It is tried again by itself.';
  card.className = 'panel lost'; card.setAttribute('role', 'alert'); card.append(h, p);
  const main = document.createElement('main'); main.id = 'view'; main.append(card);
  $('#view').replaceWith(main);
}
const entry = $('#view').cloneNode(true);
function forget(why) {
  token = etag = ''; turn++; seen = 0; clearTimeout(timer);
  $('#view').replaceWith(entry.cloneNode(true));
  $('#forget').hidden = true; say(why); begin(); tick();
}
function narrow() {
  const field = $('#filter'); if (!field) return;
  const words = field.value.toLowerCase();
  for (const row of all('.fleet tbody tr')) row.hidden = !row.textContent.toLowerCase().includes(words);
}
async function act(form) {
  const {action, subject, stamp, service} = form.dataset, button = form.querySelector('button');
  button.disabled = true; say('Asked: ' + button.textContent);
  try {
    const body = JSON.stringify({service, action, subject, stamp, reason: form.querySelector('input').value});
    const answer = await ask('POST', '', {'Content-Type': 'application/json'}, body);
    if (answer.status === 401) return forget('The token is not accepted.');
    const told = await answer.json();
    say(told.what);
    if (told.ok) { form.reset(); form.closest('details').open = false; setTimeout(() => { if ($('#said').textContent === told.what) say(''); }, 60000); }
  } catch (error) { say('No answer: it may have been done, or not. Look at what is shown.'); }
  button.disabled = false;
  look(true);
}
function begin() {
  const form = $('#login'); if (!form) return;
  if (window.origin === 'null' && window === window.top) { form.hidden = false; $('#token').focus(); }
  else say('This page was not served as it should be: open its own address. Type no token here.');
}
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.id === 'login') { event.preventDefault(); const field = $('#token'); token = field.value.trim(); field.value = ''; say(''); look(true); }
  else if (form.dataset.action) { event.preventDefault(); act(form); }
});
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="?"]');
  if (link && token) { event.preventDefault(); service = new URLSearchParams(link.getAttribute('href')).get('service') || ''; say(''); look(true).then(() => scrollTo(0, 0)); }
  if (event.target.id === 'forget') forget('The token is forgotten.');
});
document.addEventListener('input', (event) => { if (event.target.id === 'filter') narrow(); });
document.addEventListener('visibilitychange', () => { clearTimeout(timer); tick(); if (!document.hidden) look(); });
setInterval(tick, 1000);
begin();
})();
