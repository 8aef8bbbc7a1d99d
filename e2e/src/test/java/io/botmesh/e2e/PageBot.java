package io.botmesh.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small bot over plain HTTP: greets with buttons, edits when they are pressed, repeats what it is told. */
final class PageBot {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String RICH = """
            {"blocks":[{"type":"heading","size":1,"text":"The report"},
            {"type":"table","cells":[[{"text":"cups","is_header":true,"align":"left","valign":"top"},
            {"text":"42","align":"left","valign":"top"}]]},
            {"type":"details","summary":"More of it","blocks":[{"type":"paragraph","text":["hidden ",{"type":"bold","text":"at first"}]}]},
            {"type":"map","location":{"latitude":48.4,"longitude":10}},
            {"type":"buttons","buttons":[{"text":"Agree","callback_data":"agree"}]}]}""";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private @Nullable Thread poller;

    void start(URI api, String token) {
        poller = Thread.ofVirtual().name("page-bot").start(() -> {
            try {
                long offset = 0;
                while (true) {
                    var answer = call(api, token, "getUpdates", "{\"timeout\":30,\"offset\":" + offset + "}");
                    for (var update : answer.get("result").values()) {
                        offset = update.get("update_id").longValue() + 1;
                        handle(api, token, update);
                    }
                }
            } catch (IOException | InterruptedException ended) {
                // stop() wants it so, or the emulator is gone
            }
        });
    }

    void stop() {
        var running = poller;
        if (running == null) return;
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        poller = null;
    }

    private static void handle(URI api, String token, JsonNode update) throws IOException, InterruptedException {
        var pressed = update.get("callback_query");
        if (pressed != null) {
            call(
                    api,
                    token,
                    "editMessageText",
                    "{\"chat_id\":" + pressed.at("/message/chat/id") + ",\"message_id\":"
                            + pressed.at("/message/message_id") + ",\"text\":\"You pressed "
                            + pressed.get("data").stringValue() + "\"}");
            call(
                    api,
                    token,
                    "answerCallbackQuery",
                    "{\"callback_query_id\":" + pressed.get("id") + ",\"text\":\"Well pressed\"}");
            return;
        }
        if (answers(api, token, update)) return;
        var message = update.get("message");
        if (message == null) return;
        var topic = message.path("is_topic_message").booleanValue(false)
                ? ",\"message_thread_id\":" + message.get("message_thread_id")
                : "";
        var to = "{\"chat_id\":" + message.at("/chat/id") + topic;
        var text = message.path("text").stringValue("");
        if (text.equals("/start")) {
            call(
                    api,
                    token,
                    "sendMessage",
                    to + ",\"parse_mode\":\"HTML\",\"text\":\"Hello, <b>"
                            + message.at("/from/first_name").stringValue()
                            + "</b>!\",\"reply_markup\":{\"inline_keyboard\":"
                            + "[[{\"text\":\"Press me\",\"callback_data\":\"the button\"}]]}}");
        } else if (text.equals("/poll")) {
            call(api, token, "sendPoll", to + ",\"question\":\"Which one?\",\"options\":[\"this\",\"that\"]}");
        } else if (message.has("document") || message.has("photo")) {
            var what = message.has("photo")
                    ? "a photo of " + message.at("/photo/0/width") + " pixels"
                    : message.at("/document/file_size") + " bytes";
            call(api, token, "sendMessage", to + ",\"text\":\"You sent " + what + "\"}");
        } else if (message.has("contact")) {
            call(
                    api,
                    token,
                    "sendMessage",
                    to + ",\"text\":\"Your number is "
                            + message.at("/contact/phone_number").stringValue() + "\"}");
        } else if (message.has("location")) {
            call(api, token, "sendMessage", to + ",\"text\":\"You are at " + message.at("/location/latitude") + "\"}");
        } else if (message.has("successful_payment")) {
            call(api, token, "sendMessage", to + ",\"text\":\"Thank you\"}");
        } else if (text.equals("/keys")) {
            call(
                    api,
                    token,
                    "sendMessage",
                    to + ",\"text\":\"Who and where?\",\"reply_markup\":{\"keyboard\":[[{\"text\":\"My number\","
                            + "\"request_contact\":true},{\"text\":\"My place\",\"request_location\":true}]]}}");
        } else if (text.equals("/rich")) {
            call(api, token, "sendRichMessage", to + ",\"rich_message\":" + RICH);
        } else if (text.equals("/buy")) {
            call(
                    api,
                    token,
                    "sendInvoice",
                    to
                            + ",\"title\":\"A pizza\",\"description\":\"With olives\",\"payload\":\"p\",\"currency\":\"XTR\","
                            + "\"prices\":[{\"label\":\"pizza\",\"amount\":7}]}");
        } else {
            call(
                    api,
                    token,
                    "sendMessage",
                    to + ",\"text\":" + JSON.writeValueAsString("You said: " + text)
                            + ",\"reply_markup\":{\"keyboard\":[[\"Left\",\"Right\"]],\"resize_keyboard\":true}}");
        }
    }

    /** What has to be answered in a way of its own. */
    private static boolean answers(URI api, String token, JsonNode update) throws IOException, InterruptedException {
        var checkout = update.get("pre_checkout_query");
        if (checkout != null) {
            call(
                    api,
                    token,
                    "answerPreCheckoutQuery",
                    "{\"pre_checkout_query_id\":" + checkout.get("id") + ",\"ok\":true}");
            return true;
        }
        var asked = update.get("inline_query");
        if (asked == null) return false;
        var query = asked.get("query").stringValue();
        call(
                api,
                token,
                "answerInlineQuery",
                "{\"inline_query_id\":" + asked.get("id")
                        + ",\"results\":[{\"type\":\"article\",\"id\":\"1\",\"title\":\"Green " + query
                        + "\",\"input_message_content\":{\"message_text\":\"A cup of green " + query + "\"}}]}");
        return true;
    }

    static JsonNode call(URI api, String token, String method, String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(api + "/bot" + token + "/" + method))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build();
        return JSON.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
    }
}
