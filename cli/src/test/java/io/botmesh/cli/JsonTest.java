package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesOneLineInTheOrderOfTheMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("b", "two\nlines \"quoted\"");
        map.put("a", 12L);
        map.put("c", List.of(1, true));
        map.put("d", Map.of("x", 7.99961));
        map.put("e", 1000.0);
        assertThat(Json.write(map))
                .isEqualTo("{\"b\":\"two\\nlines \\\"quoted\\\"\",\"a\":12,\"c\":[1,true],\"d\":{\"x\":8},\"e\":1000}");
    }

    @Test
    void readsWhatANodeIsTold() {
        var config = new NodeConfig(
                "node-1",
                "http://127.0.0.1:1",
                Path.of("/work dir"),
                2,
                1,
                true,
                List.of(Path.of("/in/a b"), Path.of("/in/\"c\"")),
                1);
        assertThat(NodeConfig.parse(Json.write(config.json()))).isEqualTo(config);
    }

    @Test
    void refusesWhatIsCutOffOrNoObject() {
        for (String text : List.of("", "{\"a\":", "[1]", "{} {}", "{\"a\":1")) {
            assertThatThrownBy(() -> Json.parseObject(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Json.parseObject("{\"a\":1}").text("a")).hasMessageContaining("a is missing");
    }
}
