// The demo's shop: a cart in the browser, told to Kesher with the tracker as any shop would.
"use strict";

(() => {
  const shop = JSON.parse(document.getElementById("shop-data").textContent);
  const texts = shop.texts;
  const products = new Map(shop.products.map((product) => [product.key, product]));
  const find = (name) => document.querySelector(`[data-${name}]`);
  const money = (cents) => `$${(cents / 100).toFixed(2)}`;
  let cart = read();

  function read() {
    const linked = new URLSearchParams(location.search).get("cart");
    if (linked !== null) {
      const url = new URL(location.href);
      url.searchParams.delete("cart");
      history.replaceState(null, "", url);
      const lines = linked.split(",").map((line) => line.split(":"));
      return { id: newId(), lines: known(lines.map(([key, quantity]) => [key, Number.parseInt(quantity, 10)])) };
    }
    try {
      const kept = JSON.parse(localStorage.getItem("shop-cart"));
      return { id: kept.id, lines: known(kept.lines) };
    } catch {
      return { id: newId(), lines: [] };
    }
  }

  function known(lines) {
    return lines.filter(([key, quantity]) => products.has(key) && quantity > 0 && quantity < 100);
  }

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function keep() {
    localStorage.setItem("shop-cart", JSON.stringify(cart));
    draw();
  }

  function item(key, quantity) {
    const product = products.get(key);
    const price = product.cents / 100;
    return {
      product_id: product.product_id,
      name: product.name,
      category: product.department,
      price,
      quantity,
      paid: Number(((product.cents * quantity) / 100).toFixed(2)),
      image_url: product.image_url,
    };
  }

  function contents() {
    const items = cart.lines.map(([key, quantity]) => item(key, quantity));
    const cents = cart.lines.reduce((sum, [key, quantity]) => sum + products.get(key).cents * quantity, 0);
    const url = new URL("/shop", shop.base_url);
    url.searchParams.set("lang", shop.language);
    url.searchParams.set("cart", cart.lines.map((line) => line.join(":")).join(","));
    return { cart_id: cart.id, currency: shop.currency, value: cents / 100, cart_url: url.href, products: items };
  }

  function change(key, step) {
    const line = cart.lines.find(([name]) => name === key);
    if (line) line[1] = Math.min(line[1] + step, 99);
    else cart.lines.push([key, step]);
    cart.lines = cart.lines.filter(([, quantity]) => quantity > 0);
    keep();
    const event = step > 0 ? "Product Added" : "Product Removed";
    window.kesher.track(event, { ...item(key, Math.abs(step)), cart_id: cart.id, currency: shop.currency });
    window.kesher.track("Cart Viewed", contents());
    find("cart-message").textContent = "";
  }

  function checkOut() {
    const { cart_id, value, currency, products: bought } = contents();
    window.kesher.track("Order Completed", { order_id: cart_id, revenue: value, currency, products: bought });
    cart = { id: newId(), lines: [] };
    keep();
    find("cart-message").textContent = texts.ordered;
  }

  function draw() {
    const count = cart.lines.reduce((sum, [, quantity]) => sum + quantity, 0);
    find("cart-count").textContent = count;
    find("cart-count").hidden = count === 0;
    find("cart-empty").hidden = count > 0;
    find("cart-total").hidden = count === 0;
    find("checkout").disabled = count === 0;
    find("cart-sum").textContent = money(cart.lines.reduce((sum, [key, quantity]) => sum + products.get(key).cents * quantity, 0));
    find("cart-lines").replaceChildren(...cart.lines.map(line));
  }

  function line([key, quantity]) {
    const product = products.get(key);
    const row = document.createElement("li");
    row.className = "cart__line";
    const picture = Object.assign(document.createElement("img"), { src: product.art, alt: "" });
    const name = Object.assign(document.createElement("span"), { className: "cart__line-name", textContent: product.name });
    const sum = Object.assign(document.createElement("span"), { className: "cart__line-sum", textContent: money(product.cents * quantity), dir: "ltr" });
    const amount = Object.assign(document.createElement("span"), { className: "quantity" });
    amount.append(stepper(key, -1, "−", texts.less), String(quantity), stepper(key, 1, "+", texts.more));
    row.append(picture, name, sum, amount);
    return row;
  }

  function stepper(key, step, sign, label) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
    button.setAttribute("aria-label", `${label}: ${products.get(key).name}`);
    button.addEventListener("click", () => change(key, step));
    return button;
  }

  async function remember(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const anonymousId = window.kesher.user().anonymousId;
    if (!anonymousId) return say(texts.untracked, false);
    const email = form.elements.email.value.trim();
    const consent = form.elements.consent.checked;
    const response = await fetch("/shop/remember", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ email, consent, language: shop.language, anonymous_id: anonymousId }),
    });
    const answer = await response.json();
    say(answer.message, response.ok);
    if (response.ok && cart.lines.length > 0) window.kesher.track("Cart Viewed", contents());
  }

  function say(text, good) {
    const message = find("remember-message");
    message.textContent = text;
    message.classList.toggle("remember__message--bad", !good);
  }

  window.kesher.load(shop.write_key);
  window.kesher.page("Shop", { language: shop.language });
  window.kesher.identify({ locale: shop.locale });
  for (const button of document.querySelectorAll("[data-add]")) {
    button.addEventListener("click", () => change(button.dataset.add, 1));
  }
  find("checkout").addEventListener("click", checkOut);
  find("remember").addEventListener("submit", remember);
  keep();
})();
