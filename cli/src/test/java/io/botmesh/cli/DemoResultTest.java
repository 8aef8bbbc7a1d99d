package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    @Test
    void jsonHoldsTheFieldsThatScriptsRead() {
        Map<String, Object> json = result(null).json();
        assertThat(json)
                .containsKeys(
                        "words",
                        "distinct",
                        "top",
                        "messages",
                        "posts",
                        "documents",
                        "bytes",
                        "wall_s",
                        "p50_ms",
                        "p99_ms",
                        "duplicates",
                        "retried_429",
                        "verified",
                        "files",
                        "nodes",
                        "writers")
                .containsEntry("words", 325L)
                .containsEntry("distinct", 25)
                .containsEntry("verified", true)
                .doesNotContainKeys("fill", "killed");
    }

    @Test
    void theTopAreTheMostFrequentThoseOfTheSameCountByName() {
        String json = Json.write(result(null).json());
        assertThat(json).contains("\"top\":[{\"word\":\"y\",\"count\":25},{\"word\":\"x\",\"count\":24}");
        assertThat(json.split("\"word\":", -1)).hasSize(21);
        assertThat(result(null).lines()).first().asString().isEqualTo("          25  y");
    }

    @Test
    void whatIsWrongShows() {
        assertThat(result("not verified: 1 word").json()).containsEntry("verified", false);
        assertThat(result("not verified: 1 word").lines()).last().isEqualTo("verified: false");
        assertThat(result(null).lines()).last().isEqualTo("verified: true");
    }

    @Test
    void numbersAreWrittenTheSameInEveryLocale() {
        assertThat(result(null).lines()).contains("wall time   12.3 s", "latency     p50 1,500 ms, p99 2,500 ms");
    }

    private static DemoResult result(@Nullable String wrong) {
        var words = new HashMap<String, Long>();
        for (int i = 1; i <= 25; i++) words.put(String.valueOf((char) ('a' + i - 1)), (long) i);
        return new DemoResult(
                new DemoOptions(Path.of("in"), 4, 8, false, false),
                7,
                new CountTable.Content(words, 7, 700, 1_500_000, 2_500_000),
                3,
                2,
                12.34,
                1,
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                null,
                wrong);
    }
}
