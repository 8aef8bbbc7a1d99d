// What the server tells by itself. Events only say where to look again.

const NAMES = ["resync", "message", "answer", "queue", "members", "known", "limits", "faults", "call", "opinions", "clock"];

/**
 * Listens for as long as the page is open. The browser reconnects and names the last event it saw; the server then goes
 * on from there or says "resync".
 */
export function listen(onEvent, onLive) {
  const source = new EventSource("/control/events");
  for (const name of NAMES) {
    source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => onLive(true));
  source.addEventListener("error", () => {
    onLive(false);
    // Refused instead of lost: the browser gives up, we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(onEvent, onLive), 2000);
  });
}
