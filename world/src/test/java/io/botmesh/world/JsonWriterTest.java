package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void outputIsPureAsciiWithLowerCaseEscapes() {
        var written = new JsonWriter(1)
                .value("\u00fc\ud83d\ude00\u4e2d/\"\\\b\f\n\r\t\u0001\u007f")
                .toString();
        assertThat(written).isEqualTo("\"\\u00fc\\ud83d\\ude00\\u4e2d/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\u007f\"");
        assertThat(written.chars()).allMatch(c -> c < 128);
    }

    @Test
    void commasStandBetweenFieldsAndElementsOnly() {
        var json = new JsonWriter()
                .object()
                .field("a", 1)
                .name("b")
                .array()
                .value(true)
                .value("x")
                .object()
                .endObject();
        assertThat(json.endArray().field("c", false).endObject().toString())
                .isEqualTo("{\"a\":1,\"b\":[true,\"x\",{}],\"c\":false}");
    }

    @Test
    void fourThousandAndNinetySixAstralCharactersAre48Kib() {
        assertThat(new JsonWriter().value("\ud83d\ude00".repeat(4096)).toString())
                .hasSize(2 + 48 * 1024);
    }
}
