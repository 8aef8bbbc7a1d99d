package io.botmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes are too small to mean anything: only that all of it still runs. */
class BenchTest {
    static List<Figure> figures() {
        return Bench.all().stream().filter(figure -> !(figure instanceof Peers)).toList();
    }

    @ParameterizedTest
    @MethodSource("figures")
    void everyFigureComesOutAsLinesOfTheTable(Figure figure) throws Exception {
        comesOut(figure);
    }

    /** Apart, as it starts dozens of processes. */
    @Test
    @Tag("slow")
    void theComparisonWithOtherRunnersComesOutAsLinesOfTheTable() throws Exception {
        comesOut(new Peers());
    }

    private static void comesOut(Figure figure) throws Exception {
        var lines = Bench.table(List.of(figure), Scale.TINY).lines().skip(2).toList();
        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            var cells = line.split(" \\| ", -1);
            assertThat(cells).hasSize(4);
            assertThat(cells[0]).contains(figure.name());
            assertThat(cells[3]).containsPattern("\\d");
        });
    }
}
