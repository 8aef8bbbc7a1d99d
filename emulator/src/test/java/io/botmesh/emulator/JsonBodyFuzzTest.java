package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Any bytes as a JSON body. */
class JsonBodyFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @FuzzTest(maxDuration = "60s")
    void aBodyIsReadAsFarAsItGoesAndLikeJsonIfItIsJson(byte[] body) {
        List<Map.Entry<String, String>> read = new ArrayList<>();
        JsonArguments.read(body, (name, value) -> read.add(Map.entry(name, value)));
        long chars = 0;
        for (var argument : read) {
            chars += argument.getKey().length() + argument.getValue().length();
        }
        assertThat(chars).isLessThanOrEqualTo(body.length + "content".length());
        readsAsJacksonDoes(body, read);
        readsTheSameOnceWrittenAgain(read);
    }

    private static void readsAsJacksonDoes(byte[] body, List<Map.Entry<String, String>> read) {
        JsonNode object;
        var text = WireText.decode(body);
        try {
            object = JSON.readTree(text);
        } catch (JacksonException notJson) {
            return;
        }
        // What is broken below the JSON is read by rules of its own; repeated names too.
        if (!object.isObject() || !isUnicode(text) || text.indexOf('\\') >= 0 || object.size() != read.size()) return;
        for (var argument : read) {
            var value = object.get(argument.getKey());
            assertThat(value).as(argument.getKey()).isNotNull();
            if (value.isString()) assertThat(argument.getValue()).isEqualTo(value.stringValue());
            else assertThat(JSON.readTree(argument.getValue())).isEqualTo(value);
        }
    }

    private static void readsTheSameOnceWrittenAgain(List<Map.Entry<String, String>> read) {
        var json = new StringBuilder("{");
        List<Map.Entry<String, String>> writable = new ArrayList<>();
        for (var argument : read) {
            if (!isUnicode(argument.getKey()) || !isUnicode(argument.getValue())) continue;
            if (!writable.isEmpty()) json.append(',');
            ReplyJson.appendString(json, argument.getKey());
            ReplyJson.appendString(json.append(':'), argument.getValue());
            writable.add(argument);
        }
        List<Map.Entry<String, String>> reread = new ArrayList<>();
        JsonArguments.read(
                json.append('}').toString().getBytes(StandardCharsets.US_ASCII),
                (name, value) -> reread.add(Map.entry(name, value)));
        assertThat(reread).isEqualTo(writable);
    }

    private static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(point -> point >= 0xD800 && point < 0xE000);
    }
}
