package io.botmesh.emulator;

import io.botmesh.world.Arguments;
import io.botmesh.world.Blob;
import io.botmesh.world.Call;
import io.botmesh.world.Recorder;
import io.botmesh.world.Upload;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Inputs as lines of ASCII: JSON, so that a person can read a state file. Text that is not Unicode, which a request may bring,
 * comes back as it was.
 */
final class InputCodec {
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    /** Where the bytes of uploads are, by number. */
    interface Blobs {
        long keep(Blob blob) throws IOException;

        Blob find(long number) throws IOException;
    }

    private final Blobs blobs;

    InputCodec(Blobs blobs) {
        this.blobs = blobs;
    }

    static String kind(Input input) {
        return switch (input) {
            case Input.Called called -> "call";
            case Input.Polled polled -> "poll";
            case Input.Delivered delivered -> "delivery";
            case Input.Failed failed -> "failure";
            case Input.Lost lost -> "loss";
            case Input.Jumped jumped -> "jump";
            case Input.Revoked revoked -> "revocation";
            case Input.Acted acted -> "act";
            case Input.Moved moved -> "time";
        };
    }

    String encode(Input input) throws IOException {
        return switch (input) {
            case Input.Called called -> call(called.call());
            case Input.Polled polled -> poll(polled.polled());
            case Input.Delivered delivered -> "[" + delivered.botId() + "," + delivered.updateId() + "]";
            case Input.Failed failed -> "[" + failed.botId() + "," + ControlHandler.quoted(failed.message()) + "]";
            case Input.Lost lost -> "[" + lost.botId() + "]";
            case Input.Jumped jumped -> "[" + jumped.botId() + "]";
            case Input.Revoked revoked -> "[" + revoked.botId() + "]";
            case Input.Acted acted ->
                "[" + ControlHandler.quoted(acted.verb()) + "," + ControlHandler.quoted(acted.path()) + ","
                        + ascii(acted.json()) + "]";
            case Input.Moved moved -> "[]";
        };
    }

    /** @throws IllegalArgumentException if it is none */
    Input decode(String kind, String text) throws IOException {
        var node = mapper.readTree(text);
        return switch (kind) {
            case "call" -> new Input.Called(call(node));
            case "poll" ->
                new Input.Polled(new Recorder.Polled(
                        node.get(0).longValue(),
                        node.get(1).intValue(),
                        node.get(2).intValue(),
                        node.get(3).stringValue()));
            case "delivery" ->
                new Input.Delivered(node.get(0).longValue(), node.get(1).intValue());
            case "failure" ->
                new Input.Failed(node.get(0).longValue(), node.get(1).stringValue());
            case "loss" -> new Input.Lost(node.get(0).longValue());
            case "jump" -> new Input.Jumped(node.get(0).longValue());
            case "revocation" -> new Input.Revoked(node.get(0).longValue());
            case "act" ->
                new Input.Acted(
                        node.get(0).stringValue(),
                        node.get(1).stringValue(),
                        node.get(2).toString());
            case "time" -> new Input.Moved();
            default -> throw new IllegalArgumentException("unknown kind of input: " + kind);
        };
    }

    private String call(Call call) throws IOException {
        var json = new StringBuilder(256).append('[');
        ReplyJson.appendString(json, call.token());
        json.append(',').append(call.testDc()).append(',');
        ReplyJson.appendString(json, call.method());
        json.append(",[");
        var names = call.arguments().names();
        var values = call.arguments().values();
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) json.append(',');
            ReplyJson.appendString(json, names.get(i));
            ReplyJson.appendString(json.append(','), values.get(i));
        }
        json.append("],[");
        boolean first = true;
        for (var upload : call.arguments().uploads()) {
            if (!first) json.append(',');
            first = false;
            ReplyJson.appendString(json, upload.field());
            ReplyJson.appendString(json.append(','), upload.fileName());
            ReplyJson.appendString(json.append(','), upload.contentType());
            json.append(',').append(blobs.keep(upload.content()));
        }
        return json.append("]]").toString();
    }

    private Call call(JsonNode node) throws IOException {
        var arguments = Arguments.builder();
        var values = List.copyOf(node.get(3).values());
        for (int i = 0; i < values.size(); i += 2) {
            arguments.add(values.get(i).stringValue(), values.get(i + 1).stringValue());
        }
        var files = List.copyOf(node.get(4).values());
        for (int i = 0; i < files.size(); i += 4) {
            arguments.add(new Upload(
                    files.get(i).stringValue(),
                    files.get(i + 1).stringValue(),
                    files.get(i + 2).stringValue(),
                    blobs.find(files.get(i + 3).longValue())));
        }
        return new Call(
                node.get(0).stringValue(),
                node.get(1).booleanValue(),
                node.get(2).stringValue(),
                arguments.build());
    }

    private static String poll(Recorder.Polled polled) {
        return "[" + polled.botId() + "," + polled.updateOffset() + "," + polled.limit() + ","
                + ControlHandler.quoted(polled.allowedUpdates()) + "]";
    }

    /** JSON has characters beyond ASCII in its strings only, so that all of them may be escaped. */
    private static String ascii(String json) {
        var ascii = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x80) {
                ascii.append(c);
            } else {
                ascii.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) ascii.append(Character.forDigit(c >> shift & 0xF, 16));
            }
        }
        return ascii.toString();
    }
}
