// The control API. Every mistake comes back as an Error with the server's own line.

async function answer(request) {
  const response = await request;
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || `status ${response.status}`);
  return body;
}

function query(path, parameters) {
  const text = new URLSearchParams(parameters).toString();
  return `/control/${path}${text ? `?${text}` : ""}`;
}

export function get(path, parameters = {}) {
  return answer(fetch(query(path, parameters), { cache: "no-store" }));
}

export function post(path, body) {
  return send("POST", path, body);
}

export function send(verb, path, body) {
  return answer(
    fetch(`/control/${path}`, {
      method: verb,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

export function remove(path, parameters = {}) {
  return answer(fetch(query(path, parameters), { method: "DELETE" }));
}

export function fileUrl(file) {
  return query("files", { id: file.file_unique_id });
}

/** What a message field of type file takes. */
export async function upload(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return { name: file.name, base64: btoa(binary), content_type: file.type || "application/octet-stream" };
}
