package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    void withMoreWritersThanNodesEachWriterHasOneHolder() {
        assertThat(Shares.lanes(0, 3, 8)).isEqualTo(new Shares.LaneShare(List.of(0, 3, 6), 1, 0));
        assertThat(Shares.lanes(2, 3, 8)).isEqualTo(new Shares.LaneShare(List.of(2, 5), 1, 0));
    }

    @Test
    void withMoreNodesThanWritersTheyShare() {
        assertThat(Shares.lanes(3, 16, 8)).isEqualTo(new Shares.LaneShare(List.of(3), 2, 0));
        assertThat(Shares.lanes(11, 16, 8)).isEqualTo(new Shares.LaneShare(List.of(3), 2, 1));
        assertThat(Shares.lanes(0, 4, 3)).isEqualTo(new Shares.LaneShare(List.of(0), 2, 0));
        assertThat(Shares.lanes(1, 4, 3)).isEqualTo(new Shares.LaneShare(List.of(1), 1, 0));
        assertThat(Shares.lanes(4, 5, 1)).isEqualTo(new Shares.LaneShare(List.of(0), 5, 4));
    }

    @Test
    void theHoldersOfEveryLaneAddUpToIt() {
        for (int nodes = 1; nodes <= 20; nodes++) {
            for (int writers = 1; writers <= 20; writers++) {
                var held = new double[writers];
                for (int node = 0; node < nodes; node++) {
                    Shares.LaneShare share = Shares.lanes(node, nodes, writers);
                    assertThat(share.writers()).isNotEmpty();
                    for (int writer : share.writers()) held[writer] += 1.0 / share.holders();
                }
                for (double whole : held) assertThat(whole).isBetween(0.999, 1.001);
            }
        }
    }

    @Test
    void everyFileHasOneNodeAndTheSplitDependsOnTheFilesOnly() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        var files = new ArrayList<InputFiles.InputFile>();
        for (int i = 0; i < 500; i++) {
            files.add(new InputFiles.InputFile(Path.of("/f" + i), random.nextLong(100_000), 0));
        }
        List<List<InputFiles.InputFile>> shares = Shares.files(files, 7);
        assertThat(shares).hasSize(7).isEqualTo(Shares.files(files, 7));
        assertThat(shares.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(files);
        assertThat(shares).allSatisfy(share -> assertThat(share.size()).isBetween(40, 110));
    }

    @Test
    void withFewerFilesThanNodesSomeNodesHaveNone() {
        var one = List.of(new InputFiles.InputFile(Path.of("/f"), 1, 0));
        assertThat(Shares.files(one, 3)).containsExactly(one, List.of(), List.of());
    }
}
