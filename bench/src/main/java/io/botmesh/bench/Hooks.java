package io.botmesh.bench;

import io.botmesh.bench.HookedBot.Room;
import io.botmesh.bench.Posts.Answers;
import java.util.List;
import java.util.Locale;

/** How soon a webhook is answered while handlers are slow, and what happens when there is no room. */
final class Hooks implements Figure {
    private static final int PER_SECOND = 500;
    /** Less, as a refused request keeps its connection for the time of its admission. */
    private static final int PER_SECOND_REFUSED = 200;

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public List<Row> measure(Scale scale) throws Exception {
        var plenty = measure(Room.ENOUGH, scale.posts(), PER_SECOND);
        var little = measure(Room.LITTLE, Math.max(100, scale.posts() / 5), PER_SECOND_REFUSED);
        long admission = HookedBot.ADMISSION.toMillis();
        return List.of(
                new Row(
                        String.format(
                                Locale.ROOT,
                                "a webhook, %d requests a second over 50 connections, handlers of 30 s, a journal of files: median and 99th "
                                        + "percentile of the answer; share of 503",
                                PER_SECOND),
                        "50 ms at most; none",
                        millis(plenty.accepted()) + "; " + percent(plenty)),
                new Row(
                        String.format(
                                Locale.ROOT,
                                "the same, %d a second, and room for 50 updates: median and 99th percentile of a 503, which waits "
                                        + "%d ms for room; its share; accepted updates lost",
                                PER_SECOND_REFUSED,
                                admission),
                        String.format(Locale.ROOT, "%d ms at most; –; 0", admission + 50),
                        millis(little.refused()) + "; " + percent(little) + "; 0"));
    }

    private static Answers measure(Room room, int count, int perSecond) throws Exception {
        try (var bot = Child.startOn(Consumers.CONSUMER_CPU, HookedBot.class, room.name());
                var posts = new Posts(Integer.parseInt(bot.answer()))) {
            // Warms up; where there is little room, that fills it.
            long accepted = posts.send(count / 4, perSecond).accepted().length;
            var answers = posts.send(count, perSecond);
            accepted += answers.accepted().length;
            long kept = bot.askNumber("kept");
            if (kept != accepted) throw new IllegalStateException(accepted + " accepted and " + kept + " kept");
            return answers;
        }
    }

    private static String millis(long[] sorted) {
        if (sorted.length == 0) return "none";
        return String.format(
                Locale.ROOT,
                "%.1f and %.1f ms",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6);
    }

    private static String percent(Answers answers) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * answers.share503());
    }
}
