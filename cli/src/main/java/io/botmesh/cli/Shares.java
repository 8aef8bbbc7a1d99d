package io.botmesh.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Who gets what in the demo: files and writer lanes, by numbers alone, so that a restarted node gets the same again. */
final class Shares {
    private Shares() {}

    /**
     * The writers of one node.
     *
     * @param writers indexes of its writers; at least one
     * @param holders how many nodes hold each of these lanes, this one included
     * @param position which of the holders this node is, from 0
     */
    record LaneShare(List<Integer> writers, int holders, int position) {
        LaneShare {
            writers = List.copyOf(writers);
        }
    }

    /** With more writers than nodes each writer has one holder; otherwise each node holds one writer, with others. */
    static LaneShare lanes(int node, int nodes, int writers) {
        if (writers > nodes)
            return new LaneShare(
                    IntStream.range(0, writers)
                            .filter(writer -> writer % nodes == node)
                            .boxed()
                            .toList(),
                    1,
                    0);
        int writer = node % writers;
        int holders = (int) IntStream.range(0, nodes)
                .filter(other -> other % writers == writer)
                .count();
        return new LaneShare(List.of(writer), holders, node / writers);
    }

    /**
     * Splits files over nodes so that all have about the same to send: the largest first, each to the node with the least so
     * far. How much a file makes grows slower than its size, as words repeat (Heaps' law), so the measure is size^0.65. Within
     * a node the order of {@code files} stays.
     */
    static List<List<InputFiles.InputFile>> files(List<InputFiles.InputFile> files, int nodes) {
        var load = new double[nodes];
        var owner = new int[files.size()];
        IntStream.range(0, files.size())
                .boxed()
                .sorted(Comparator.comparingLong(
                                (Integer index) -> -files.get(index).size())
                        .thenComparing(index -> index))
                .forEach(index -> {
                    int least = 0;
                    for (int node = 1; node < nodes; node++) if (load[node] < load[least]) least = node;
                    owner[index] = least;
                    load[least] += 30 + Math.pow((double) files.get(index).size(), 0.65);
                });
        var shares = new ArrayList<List<InputFiles.InputFile>>();
        for (int node = 0; node < nodes; node++) {
            int me = node;
            shares.add(IntStream.range(0, files.size())
                    .filter(index -> owner[index] == me)
                    .mapToObj(files::get)
                    .toList());
        }
        return shares;
    }
}
