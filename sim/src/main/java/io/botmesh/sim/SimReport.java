package io.botmesh.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run. The same for the same options, on any machine.
 *
 * @param options             that it was run with
 * @param messages            that nodes promised to deliver
 * @param delivered           of them, to a handler
 * @param lost                promised and never delivered, and nobody said so
 * @param accounted           not delivered, and a node said so
 * @param duplicatesDelivered delivered twice without a flag
 * @param again               delivered twice and flagged, because a process died in the handler
 * @param refused             messages that nodes would not take
 * @param handlers            what handlers did not manage
 * @param published           on the topic, if there is one
 * @param objects             that were sent
 * @param requests            that were made
 * @param packets             different packets that were posted
 * @param posts               texts that the server accepted from nodes
 * @param documents           files that it accepted from them
 * @param forwards            posts that were forwarded because their reader had not got them
 * @param recalls             posts that a reader brought back itself
 * @param foreign             posts of somebody who only holds a token
 * @param fill                characters of texts, of 4,096 each
 * @param floodWaits          429 that nodes got
 * @param deaths              of processes
 * @param takeovers           of a node by another process
 * @param commits             to disks
 * @param turns               of nodes
 * @param events              what nodes told, by kind
 * @param latency             from send to handler, seconds
 * @param steady              the first node's channel between the warm-up and the end of sending
 * @param virtualSeconds      that the run lasted
 * @param drainSeconds        from the end of the faults and of sending to the last delivery
 * @param violationCount      of invariants
 * @param violations          the first of them
 */
public record SimReport(
        SimOptions options,
        long messages,
        long delivered,
        long lost,
        long accounted,
        long duplicatesDelivered,
        long again,
        long refused,
        Handlers handlers,
        Published published,
        Objects objects,
        Requests requests,
        long packets,
        long posts,
        long documents,
        long forwards,
        long recalls,
        long foreign,
        double fill,
        long floodWaits,
        long deaths,
        long takeovers,
        long commits,
        long turns,
        Map<String, Long> events,
        Latency latency,
        Steady steady,
        double virtualSeconds,
        double drainSeconds,
        long violationCount,
        List<String> violations) {

    /**
     * What handlers did not manage.
     *
     * @param failures attempts
     * @param setAside messages that were put aside
     */
    public record Handlers(long failures, long setAside) {}

    /**
     * What was published.
     *
     * @param messages  messages on the topic
     * @param delivered of them, one for each member
     * @param register  version of its register
     */
    public record Published(long messages, long delivered, long register) {}

    /**
     * What came of objects.
     *
     * @param sent    to be sent
     * @param taken   that a handler managed
     * @param refused that their senders were told are not taken
     */
    public record Objects(long sent, long taken, long refused) {
        static final Objects NONE = new Objects(0, 0, 0);
    }

    /**
     * What came of requests; the rest was forgotten with who had asked.
     *
     * @param asked      made
     * @param answered   of them
     * @param unanswered at their deadline
     * @param refused    because their handler failed for good
     */
    public record Requests(long asked, long answered, long unanswered, long refused) {}

    /** Seconds; NaN if nothing was delivered. */
    public record Latency(double p50, double p90, double p99, double most) {
        static Latency of(List<Long> nanos) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return new Latency(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
        }

        private static double at(long[] sorted, double share) {
            if (sorted.length == 0) return Double.NaN;
            return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] / 1e9;
        }
    }

    /**
     * What one channel carried while all was steady.
     *
     * @param seconds      measured
     * @param share        posts accepted, of those that its lanes take at most
     * @param posts        accepted
     * @param fill         characters of its texts, of 4,096 each; NaN without texts
     * @param floodWaits   429 in 1,000 posts
     * @param perSecond    messages that reached a handler
     * @param latency      of messages that were sent in that time
     */
    public record Steady(
            double seconds,
            double share,
            long posts,
            double fill,
            double floodWaits,
            double perSecond,
            Latency latency) {}

    /** Whether nothing is wrong. */
    public boolean sound() {
        return violationCount == 0 && lost == 0 && duplicatesDelivered == 0;
    }

    /** One JSON object. */
    public String toJson() {
        var json = new StringBuilder(1024).append('{');
        number(json, "seed", options.seed());
        number(json, "nodes", options.nodes());
        number(json, "minutes", options.span().seconds() / 60);
        text(json, "shape", options.shape().name().toLowerCase(Locale.ROOT));
        text(json, "scheme", options.scheme().name().toLowerCase(Locale.ROOT));
        list(json, "patterns", options.patterns().stream().map(Pattern::word).toList());
        list(json, "faults", options.faults().stream().map(Nemesis::word).toList());
        number(json, "messages", messages);
        number(json, "delivered", delivered);
        number(json, "lost", lost);
        number(json, "accounted", accounted);
        number(json, "duplicates_delivered", duplicatesDelivered);
        number(json, "delivered_again", again);
        number(json, "refused", refused);
        number(json, "handler_failures", handlers.failures);
        number(json, "set_aside", handlers.setAside);
        number(json, "published", published.messages);
        number(json, "published_delivered", published.delivered);
        number(json, "register_version", published.register);
        number(json, "objects", objects.sent);
        number(json, "objects_taken", objects.taken);
        number(json, "objects_refused", objects.refused);
        number(json, "requests", requests.asked);
        number(json, "requests_answered", requests.answered);
        number(json, "requests_unanswered", requests.unanswered);
        number(json, "requests_refused", requests.refused);
        number(json, "packets", packets);
        number(json, "posts", posts);
        number(json, "documents", documents);
        number(json, "forwards", forwards);
        number(json, "recalls", recalls);
        number(json, "foreign_posts", foreign);
        real(json, "fill", fill);
        number(json, "flood_waits", floodWaits);
        number(json, "deaths", deaths);
        number(json, "takeovers", takeovers);
        number(json, "commits", commits);
        number(json, "turns", turns);
        json.append("\"events\":{");
        events.forEach((kind, count) -> number(json, kind, count));
        close(json, '}');
        json.append(",\"latency_seconds\":{");
        real(json, "p50", latency.p50);
        real(json, "p90", latency.p90);
        real(json, "p99", latency.p99);
        real(json, "max", latency.most);
        close(json, '}');
        json.append(",\"steady\":{");
        real(json, "seconds", steady.seconds);
        real(json, "share", steady.share);
        number(json, "posts", steady.posts);
        real(json, "fill", steady.fill);
        real(json, "flood_waits_per_1000", steady.floodWaits);
        real(json, "messages_per_second", steady.perSecond);
        real(json, "p50", steady.latency.p50);
        real(json, "p99", steady.latency.p99);
        close(json, '}');
        json.append(',');
        real(json, "virtual_seconds", virtualSeconds);
        real(json, "drain_seconds", drainSeconds);
        number(json, "violations", violationCount);
        list(json, "violation_texts", violations);
        close(json, '}');
        return json.toString();
    }

    private static void close(StringBuilder json, char bracket) {
        if (json.charAt(json.length() - 1) == ',') json.setLength(json.length() - 1);
        json.append(bracket);
    }

    private static void number(StringBuilder json, String name, long value) {
        quote(json, name).append(':').append(value).append(',');
    }

    private static void real(StringBuilder json, String name, double value) {
        quote(json, name).append(':');
        if (Double.isNaN(value)) json.append("null,");
        else json.append(String.format(Locale.ROOT, "%.4f,", value));
    }

    private static void text(StringBuilder json, String name, String value) {
        quote(quote(json, name).append(':'), value).append(',');
    }

    private static void list(StringBuilder json, String name, List<String> values) {
        quote(json, name).append(":[");
        for (String value : values) quote(json, value).append(',');
        close(json, ']');
        json.append(',');
    }

    private static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c < 0x20 || c > 0x7E) json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            else json.append(c);
        }
        return json.append('"');
    }
}
