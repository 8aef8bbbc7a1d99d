package io.botmesh.bench;

import io.botmesh.emulator.Emulator;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.regex.Pattern;

/** Bots and a person of an emulator with a state file, which is set up over its control port only. */
final class KeptScene {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");

    private final Emulator emulator;

    KeptScene(Emulator emulator) {
        this.emulator = emulator;
    }

    /** Tokens of new bots, then the id of the person who has written to all of them. */
    String bots(int count) throws IOException {
        var owner = found(ID, post("users", "{\"first_name\":\"Owner\"}"));
        var tokens = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            var bot = post("bots", String.format(Locale.ROOT, "{\"username\":\"kept_%d_bot\"}", i));
            tokens.add(found(TOKEN, bot));
            post("messages", "{\"from\":" + owner + ",\"chat\":" + found(ID, bot) + ",\"text\":\"hello\"}");
        }
        return String.join(" ", tokens) + " " + owner;
    }

    private String post(String path, String json) throws IOException {
        var url = emulator.control().resolve("/control/" + path).toURL();
        var connection = (HttpURLConnection) url.openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(json.getBytes(StandardCharsets.US_ASCII));
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String found(Pattern pattern, String answer) {
        var match = pattern.matcher(answer);
        if (!match.find()) throw new IllegalStateException("not in the answer: " + answer);
        return match.group(1);
    }
}
