package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both ports of an emulator, spoken to in JSON. */
record Door(URI api, URI control) {
    static final JsonMapper JSON = new JsonMapper();

    static Door of(Emulator emulator) {
        return new Door(emulator.api(), emulator.control());
    }

    RawHttp.Answer raw(String request) throws IOException {
        try (var http = RawHttp.to(control)) {
            return http.send(request).answer();
        }
    }

    RawHttp.Answer tryPost(String what, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        return raw("POST /control/" + what
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                + "\r\n\r\n" + new String(bytes, StandardCharsets.ISO_8859_1));
    }

    RawHttp.Answer tryGet(String what) throws IOException {
        return raw("GET /control/" + what + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    RawHttp.Answer tryDelete(String what) throws IOException {
        return raw("DELETE /control/" + what + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    JsonNode post(String what, String json) throws IOException {
        return good(tryPost(what, json));
    }

    JsonNode get(String what) throws IOException {
        return good(tryGet(what));
    }

    JsonNode delete(String what) throws IOException {
        return good(tryDelete(what));
    }

    /** A call by query; the answer as it is. */
    String call(String token, String method) throws IOException {
        try (var http = RawHttp.to(api)) {
            return http.send("GET /bot" + token + "/" + method + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .answer()
                    .body();
        }
    }

    JsonNode result(String token, String method) throws IOException {
        var answer = JSON.readTree(call(token, method));
        assertThat(answer.get("ok").booleanValue()).as(answer.toString()).isTrue();
        return answer.get("result");
    }

    /** sendDocument as a form with a file. */
    JsonNode upload(String token, long chat, String name, String content) throws IOException {
        var body = "--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"" + name + "\"\r\n\r\n"
                + content + "\r\n--b--\r\n";
        try (var http = RawHttp.to(api)) {
            var answer = http.send("POST /bot" + token + "/sendDocument?chat_id=" + chat
                            + " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body)
                    .answer();
            return JSON.readTree(answer.body()).get("result");
        }
    }

    RawHttp.Answer download(String path) throws IOException {
        try (var http = RawHttp.to(api)) {
            return http.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").answer();
        }
    }

    private static JsonNode good(RawHttp.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
