package io.botmesh.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a run of the demo.
 *
 * @param options       what was asked for
 * @param files         files that were counted
 * @param counts        the reader's table
 * @param posts         text posts in the channel
 * @param documents     documents in the channel
 * @param wallSeconds   from the start to the last message handled
 * @param duplicates    packets that came again and were dropped
 * @param retried429    posts that a limit refused and that went out later
 * @param steadyRate    posts a second once the bursts were used up
 * @param fill          characters used of those that text posts have, the last post of a burst left out
 * @param killed        what was killed and when, or null
 * @param wrong         null if the reader's counts are those of the direct count, else how they differ
 */
record DemoResult(
        DemoOptions options,
        int files,
        CountTable.Content counts,
        long posts,
        long documents,
        double wallSeconds,
        long duplicates,
        long retried429,
        OptionalDouble steadyRate,
        OptionalDouble fill,
        @Nullable Killed killed,
        @Nullable String wrong) {

    private static final int TOP = 20;

    /**
     * The kill that happened.
     *
     * @param node         name of the node
     * @param nodeSent     messages that the node had handed over by then, as far as it had told
     * @param readMessages messages that the reader had handled by then, as far as it had told
     * @param leftPackets  packets that the node's outbox held for its successor, not known to be posted
     * @param leftBytes    bytes of messages there that were in no packet yet
     */
    record Killed(String node, long nodeSent, long readMessages, long leftPackets, long leftBytes) {
        Killed withLeft(long packets, long bytes) {
            return new Killed(node, nodeSent, readMessages, packets, bytes);
        }
    }

    boolean verified() {
        return wrong == null;
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("words", words());
        json.put("distinct", counts.words().size());
        json.put("top", top().stream().map(DemoResult::entry).toList());
        json.put("messages", counts.messages());
        json.put("posts", posts);
        json.put("documents", documents);
        json.put("bytes", counts.bytes());
        json.put("wall_s", wallSeconds);
        json.put("p50_ms", counts.p50Micros() / 1e3);
        json.put("p99_ms", counts.p99Micros() / 1e3);
        json.put("duplicates", duplicates);
        json.put("retried_429", retried429);
        json.put("files", files);
        json.put("nodes", options.nodes());
        json.put("writers", options.writers());
        if (options.textOnly()) {
            steadyRate.ifPresent(rate -> json.put("posts_per_s", rate));
            fill.ifPresent(share -> json.put("fill", share));
        }
        if (killed != null) {
            var kill = new LinkedHashMap<String, Object>();
            kill.put("node", killed.node());
            kill.put("node_sent", killed.nodeSent());
            kill.put("reader_messages", killed.readMessages());
            kill.put("left_packets", killed.leftPackets());
            kill.put("left_bytes", killed.leftBytes());
            json.put("killed", kill);
        }
        json.put("verified", verified());
        return json;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        for (Map.Entry<String, Long> entry : top())
            lines.add(text("%,12d  %s", entry.getValue(), shortened(entry.getKey())));
        lines.add("");
        lines.add(text(
                "words       %,d, %,d distinct, in %,d files",
                words(), counts.words().size(), files));
        lines.add(text(
                "messages    %,d with %,d bytes, from %d nodes through %d writers",
                counts.messages(), counts.bytes(), options.nodes(), options.writers()));
        lines.add(text("posts       %,d, and %,d documents", posts, documents));
        lines.add(text("wall time   %.1f s", wallSeconds));
        lines.add(text("latency     p50 %,.0f ms, p99 %,.0f ms", counts.p50Micros() / 1e3, counts.p99Micros() / 1e3));
        lines.add(text("duplicates  %,d dropped", duplicates));
        lines.add(text("limits      %,d posts refused with 429 and sent later", retried429));
        if (options.textOnly()) lines.addAll(steady());
        if (killed != null)
            lines.add(text(
                    "killed      %s after %,d messages sent, with %,d packets and %,d bytes not posted; the reader after %,d handled",
                    killed.node(), killed.nodeSent(), killed.leftPackets(), killed.leftBytes(), killed.readMessages()));
        lines.add("");
        lines.add("verified: " + verified());
        return lines;
    }

    private List<String> steady() {
        String rate = steadyRate.isEmpty()
                ? "not measured: that takes more than 25 s of posts; use a larger --input"
                : text(
                        "%.2f posts/s from the 20th second on, %.1f %% of %d posts/s",
                        steadyRate.getAsDouble(),
                        100 * steadyRate.getAsDouble() / options.writers(),
                        options.writers());
        String share = fill.isEmpty()
                ? "not measured: every post was the last of a burst"
                : text("%.1f %% of 4,096 characters, the last post of a burst left out", 100 * fill.getAsDouble());
        return List.of("steady      " + rate, "fill        " + share);
    }

    private long words() {
        return counts.words().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most frequent words, those of the same count by name. */
    private List<Map.Entry<String, Long>> top() {
        return counts.words().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(TOP)
                .toList();
    }

    private static Map<String, Object> entry(Map.Entry<String, Long> word) {
        var json = new LinkedHashMap<String, Object>();
        json.put("word", word.getKey());
        json.put("count", word.getValue());
        return json;
    }

    private static String shortened(String word) {
        return word.length() <= 60 ? word : word.substring(0, 57) + "...";
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
