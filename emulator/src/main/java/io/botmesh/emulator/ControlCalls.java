package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;

import io.botmesh.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Carries out what a route does: at one instant of the world, and remembered if it changes something. */
final class ControlCalls {
    static final int MOST_BYTES = 128 << 20;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_BYTES)
                            .build())
                    .build())
            .build();

    private static final Pattern LINE_END = Pattern.compile("\\s*\\R\\s*");

    /** What the parser says of where it read, which is always the body. */
    private static final Pattern SOURCE = Pattern.compile("\\[Source: [^;]*; ");

    private final World world;
    private final ControlTable table;
    private final Memory memory;
    private final Given.Keeper keeper;

    ControlCalls(World world, ControlTable table, Memory memory, Given.Keeper keeper) {
        this.world = world;
        this.table = table;
        this.memory = memory;
        this.keeper = keeper;
    }

    /** How a call ended. */
    record Outcome(int status, String json) {
        static Outcome wrong(Wrong wrong) {
            return new Outcome(wrong.status(), "{\"ok\":false,\"error\":" + quoted(oneLine(wrong.why())) + "}");
        }
    }

    static JsonNode parse(byte[] json) throws Wrong {
        try {
            var node = JSON.readTree(json);
            if (!isUnicode(node)) throw new Wrong("a text in the body holds half of a surrogate pair");
            return node;
        } catch (JacksonException broken) {
            throw new Wrong("the body is not valid JSON: "
                    + SOURCE.matcher(broken.getOriginalMessage()).replaceAll("["));
        }
    }

    /** Half pairs come from JSON only by a mistake, and many clients cannot read an answer with one. */
    private static boolean isUnicode(JsonNode node) {
        if (node.isString()) return StandardCharsets.UTF_8.newEncoder().canEncode(node.stringValue());
        for (var inner : node.values()) if (!isUnicode(inner)) return false;
        return true;
    }

    Outcome answer(Route route, JsonNode node) throws Wrong, IOException {
        var given = Given.of(node, route.fields(), keeper);
        if (!route.changes() || route.mayWait()) return act(route, given);
        var outcome = world.together(() -> {
            var acted = act(route, given);
            memory.acted(world.now(), new Input.Acted(route.verb(), route.path(), node.toString()), acted.json());
            return acted;
        });
        return outcome;
    }

    /** Does again what was remembered; returns what is answered. */
    String repeat(Input.Acted acted) throws IOException {
        try {
            var route = table.find(acted.verb(), acted.path());
            var given = Given.of(JSON.readTree(acted.json()), route.fields(), keeper);
            return world.together(() -> act(route, given)).json();
        } catch (Wrong wrong) {
            return Outcome.wrong(wrong).json();
        }
    }

    private static Outcome act(Route route, Given given) {
        var act = route.act();
        if (act == null) throw new IllegalArgumentException(route.path());
        try {
            return new Outcome(200, act.answer(given));
        } catch (Wrong wrong) {
            return Outcome.wrong(wrong);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException | DateTimeException refused) {
            return Outcome.wrong(new Wrong(String.valueOf(refused.getMessage())));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String oneLine(String message) {
        return LINE_END.matcher(message).replaceAll(" ");
    }
}
