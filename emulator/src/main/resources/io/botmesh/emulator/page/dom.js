// Elements without markup: whatever a name or a message holds, it stays text.

/** An element. Properties starting with "on" are listeners, "class", "data-", "aria-" and the like are attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child);
  }
}

/** Replaces what is in an element, only if it would say something else. */
export function fill(element, sign, build) {
  const text = JSON.stringify(sign);
  if (element.dataset.sign === text) return;
  element.dataset.sign = text;
  keepFocus(element, () => {
    element.replaceChildren();
    append(element, [build()]);
  });
}

/**
 * Makes an element's children show items in order: those whose sign is the same stay as they are, with their focus,
 * scroll position and playing media.
 */
export function list(parent, items, keyOf, build) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const sign = JSON.stringify(item);
    let child = old.get(key);
    old.delete(key);
    if (!child || child.sign !== sign) {
      const fresh = build(item);
      fresh.dataset.key = key;
      fresh.sign = sign;
      if (child) {
        if (at === child) at = fresh;
        const stale = child;
        keepFocus(stale, () => stale.replaceWith(fresh), fresh);
      }
      child = fresh;
    }
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
  for (const child of old.values()) child.remove();
}

/** Whoever works with the keyboard stays at the same button when its surroundings are built again. */
function keepFocus(element, change, fresh = element) {
  const focusable = "button, input, select, textarea, a[href]";
  const place = element.contains(document.activeElement)
    ? [...element.querySelectorAll(focusable)].indexOf(document.activeElement)
    : -1;
  change();
  if (place >= 0) fresh.querySelectorAll(focusable)[place]?.focus();
}

/** A round picture made of initials; the colour follows from the id. */
export function avatar(id, name) {
  const initials = [...(name || "?")].filter((c) => /[\p{L}\p{N}]/u.test(c));
  const words = (name || "?").split(/[\s_]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const text = words.length > 1 ? firstLetter(words[0]) + firstLetter(words[1]) : initials[0] || "?";
  return h("span", { class: "avatar", "data-hue": Math.abs(id) % 7, "aria-hidden": "true" }, text.toUpperCase());
}

function firstLetter(word) {
  return [...word].find((c) => /[\p{L}\p{N}]/u.test(c)) || "";
}

/** Says something that passes by. */
export function toast(text, kind = "info") {
  const shown = h("p", { class: "toast", "data-kind": kind }, text);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), 6000);
}

/** Whether it worked: browsers let a page copy that comes from this machine or by TLS, and others not. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
