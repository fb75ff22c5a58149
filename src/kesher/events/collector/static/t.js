/* Kesher's browser tracker. Apache-2.0. No dependency, no build step; what it does and keeps: sdk/js/README.md */
(function () {
  'use strict';

  const METHODS = ['load', 'page', 'identify', 'track', 'group', 'alias', 'reset', 'consent', 'ready', 'user'];
  const SESSION_MS = 30 * 60 * 1000;
  // A beacon has no answer, so its events stay and are sent again; the server knows them for at least 24 hours.
  const BEACON_MS = 12 * 3600 * 1000;
  const KEPT_EVENTS = 200;
  const KEEPALIVE_BYTES = 64000; // what browsers carry over the end of a page
  const BATCH_BYTES = 60000;
  const FLUSH_MS = 50;
  const RETRY_MS = [1000, 2000, 5000, 15000, 60000];

  const script = document.currentScript;
  const stub = window.kesher;
  if (stub && stub.version) return; // included twice

  let settings = null;
  let timer = null;
  let sending = false;
  let failures = 0;
  let pageWaits = false;
  const waiting = [];
  const memory = {};
  let storageWorks = true;

  // -- first-party storage; a browser that refuses it is served from memory, for this page only ------------------

  function get(name) {
    if (!storageWorks) return memory[name];
    try {
      const text = localStorage.getItem('kesher_' + name);
      return text === null ? undefined : JSON.parse(text);
    } catch (_) {
      storageWorks = false;
      return memory[name];
    }
  }

  function set(name, value) {
    memory[name] = value;
    if (!storageWorks) return;
    try {
      if (value === undefined) localStorage.removeItem('kesher_' + name);
      else localStorage.setItem('kesher_' + name, JSON.stringify(value));
    } catch (_) {
      storageWorks = false;
    }
  }

  // -- permission ---------------------------------------------------------------------------------------------------

  function refusesTracking() {
    const says = navigator.doNotTrack || window.doNotTrack;
    return !settings.ignoreDoNotTrack && (says === '1' || says === 'yes' || navigator.globalPrivacyControl === true);
  }

  function permitted() {
    if (!settings || refusesTracking()) return false;
    const choices = get('consent');
    return choices ? choices.tracking !== false && (!settings.requireConsent || choices.tracking === true)
      : !settings.requireConsent;
  }

  // -- who and where ------------------------------------------------------------------------------------------------

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  }

  function anonymousId() {
    let id = get('anonymous_id');
    if (!id) set('anonymous_id', (id = newId()));
    return id;
  }

  function campaignOf(search) {
    const found = {};
    new URLSearchParams(search).forEach((value, key) => {
      if (key.slice(0, 4) === 'utm_' && value) found[key === 'utm_campaign' ? 'name' : key.slice(4)] = value;
    });
    return Object.keys(found).length ? found : undefined;
  }

  function touchSession(now) {
    let session = get('session');
    const campaign = campaignOf(location.search);
    const started = !session || now - session.at > SESSION_MS;
    if (started) session = { id: now };
    session.at = now;
    if (campaign) session.campaign = campaign;
    set('session', session);
    return { session, started };
  }

  function pageNow() {
    return {
      path: location.pathname, referrer: document.referrer, search: location.search, title: document.title,
      url: location.href,
    };
  }

  function contextNow(now) {
    const { session, started } = touchSession(now);
    const context = {
      library: { name: 'kesher.js', version: api.version },
      page: pageNow(),
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      userAgent: navigator.userAgent,
      screen: { width: screen.width, height: screen.height, density: window.devicePixelRatio },
      sessionId: session.id,
    };
    if (started) context.sessionStart = true;
    if (session.campaign) context.campaign = session.campaign;
    const choices = get('consent');
    if (choices) context.consent = { categoryPreferences: choices };
    return context;
  }

  // -- the queue: kept until the server has said that it is stored ------------------------------------------------

  function enqueue(type, fields) {
    if (!permitted()) return;
    const now = Date.now();
    const event = {
      type, messageId: newId(), anonymousId: anonymousId(), originalTimestamp: new Date(now).toISOString(),
      context: contextNow(now), ...fields,
    };
    if (!event.userId && get('user_id')) event.userId = get('user_id');
    try {
      JSON.stringify(event);
    } catch (error) {
      console.warn('kesher: this event cannot be sent:', error);
      return;
    }
    set('queue', (get('queue') || []).concat(event).slice(-KEPT_EVENTS));
    schedule(FLUSH_MS);
  }

  function schedule(ms) {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      flush();
    }, ms);
  }

  function batch() {
    const items = [];
    let size = 0;
    for (const event of get('queue') || []) {
      size += bytesOf(JSON.stringify(event)).length;
      if (items.length && (size > BATCH_BYTES || items.length >= 100)) break;
      items.push(event);
    }
    return items;
  }

  function bytesOf(text) {
    return new TextEncoder().encode(text);
  }

  function bodyOf(items) {
    const sent = items.map(({ beaconAt, ...event }) => event);
    return JSON.stringify({ writeKey: settings.writeKey, sentAt: new Date().toISOString(), batch: sent });
  }

  function forget(items) {
    if (!get('queue')) return; // wiped meanwhile
    const ids = new Set(items.map((event) => event.messageId));
    set('queue', get('queue').filter((event) => !ids.has(event.messageId)));
  }

  function flush() {
    if (sending || !permitted()) return;
    const items = batch();
    if (!items.length) return;
    const body = bytesOf(bodyOf(items));
    sending = true;
    // text/plain: a browser asks no permission of another origin for it first.
    fetch(settings.host + '/v1/batch', {
      method: 'POST', body, keepalive: body.length < KEEPALIVE_BYTES, credentials: 'omit',
      headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
    }).then((answer) => {
      sending = false;
      const { status } = answer;
      if (status === 429 || status === 408 || status >= 500) return later(Number(answer.headers.get('Retry-After')));
      forget(items);
      failures = 0;
      if (status >= 400) answer.text().then((text) => console.warn('kesher: refused:', text));
      if (batch().length) schedule(0);
    }, () => {
      sending = false;
      later(0);
    });
  }

  function later(seconds) {
    const pause = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)];
    schedule(Math.max(pause * (0.75 + Math.random() / 2), seconds * 1000 || 0));
  }

  function beacon() {
    if (!permitted() || !navigator.sendBeacon) return;
    const fresh = batch().filter((event) => !event.beaconAt);
    if (!fresh.length || !navigator.sendBeacon(settings.host + '/v1/batch', bodyOf(fresh))) return;
    const ids = new Set(fresh.map((event) => event.messageId));
    const at = Date.now();
    set('queue', get('queue').map((event) => (ids.has(event.messageId) ? { ...event, beaconAt: at } : event)));
  }

  function wipe() {
    ['queue', 'anonymous_id', 'user_id', 'session'].forEach((name) => set(name, undefined));
  }

  // -- what a page calls ----------------------------------------------------------------------------------------------

  const api = {
    version: '1.0.0',

    load(writeKey, options) {
      if (settings) return;
      const origin = script && script.src ? new URL(script.src).origin : location.origin;
      settings = { host: origin, ...options, writeKey };
      settings.host = settings.host.replace(/\/+$/, '');
      if (refusesTracking()) wipe();
      const oldest = Date.now() - BEACON_MS;
      if (get('queue')) set('queue', get('queue').filter((event) => !event.beaconAt || event.beaconAt > oldest));
      addEventListener('pagehide', beacon);
      addEventListener('online', flush);
      document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && beacon());
      schedule(FLUSH_MS);
      waiting.splice(0).forEach((callback) => callback(api));
    },

    page(category, name, properties) {
      if (!permitted()) {
        pageWaits = true; // only that there was a page: it is looked at again when consent is given
        return;
      }
      const args = [category, name, properties];
      const texts = args.filter((value) => typeof value === 'string');
      const object = args.find((value) => value && typeof value === 'object');
      const fields = { properties: { ...pageNow(), ...object } };
      if (texts.length) fields.name = texts[texts.length - 1];
      if (texts.length > 1) fields.category = texts[0];
      enqueue('page', fields);
    },

    identify(userId, traits) {
      if (!permitted()) return;
      if (userId && typeof userId === 'object') [userId, traits] = [undefined, userId];
      const known = get('user_id');
      if (userId !== undefined && userId !== null && userId !== '') {
        userId = String(userId);
        if (known && known !== userId) api.reset(); // another person at the same browser
        set('user_id', userId);
      }
      enqueue('identify', { traits: { ...traits } });
    },

    track(event, properties) {
      enqueue('track', { event, properties: { ...properties } });
    },

    group(groupId, traits) {
      enqueue('group', { groupId: String(groupId), traits: { ...traits } });
    },

    alias(userId, previousId) {
      if (!permitted()) return;
      const previous = previousId || get('user_id') || anonymousId();
      set('user_id', String(userId));
      enqueue('alias', { previousId: String(previous) });
    },

    reset() {
      ['anonymous_id', 'user_id', 'session'].forEach((name) => set(name, undefined));
    },

    consent(choices) {
      const before = permitted();
      set('consent', { ...get('consent'), ...choices });
      if (!settings) return;
      if (!permitted()) {
        wipe();
      } else if (!before && pageWaits) {
        pageWaits = false;
        api.page();
      }
    },

    ready(callback) {
      if (settings) callback(api);
      else waiting.push(callback);
    },

    user() {
      return { userId: get('user_id'), anonymousId: permitted() ? anonymousId() : undefined };
    },
  };

  window.kesher = api;
  const calls = Array.isArray(stub) ? stub.map((call) => Array.from(call)) : [];
  const data = script ? script.dataset : {};
  if (data.writeKey) {
    const options = {};
    if (data.host) options.host = data.host;
    if ('requireConsent' in data) options.requireConsent = data.requireConsent !== 'false';
    if ('ignoreDoNotTrack' in data) options.ignoreDoNotTrack = data.ignoreDoNotTrack !== 'false';
    api.load(data.writeKey, options);
    if (data.autoPage !== 'false') api.page();
  }
  const isLoad = (call) => call[0] === 'load';
  calls.filter(isLoad).concat(calls.filter((call) => !isLoad(call))).forEach(([name, ...args]) => {
    if (METHODS.includes(name)) api[name](...args);
  });
})();
