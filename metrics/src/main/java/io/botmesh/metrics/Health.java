package io.botmesh.metrics;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The health of all bots of a process in one answer: green, or red with reasons. Whoever serves it does so with the status
 * 200 or 503, as those expect who restart processes or send them traffic.
 */
public final class Health {
    private final List<RunnerHealth<?>> bots = new CopyOnWriteArrayList<>();

    private final List<Supplier<? extends Collection<Problem>>> checks = new CopyOnWriteArrayList<>();

    /** Of no bot yet. */
    public Health() {}

    /** Looks at this bot, too. */
    public Health add(RunnerHealth<?> bot) {
        bots.add(bot);
        return this;
    }

    /** Asks this, too: what else may be wrong, such as with a webhook. */
    public Health addCheck(Supplier<? extends Collection<Problem>> check) {
        checks.add(check);
        return this;
    }

    /** What is wrong now with any bot. */
    public List<Problem> problems() {
        return Stream.concat(
                        bots.stream().flatMap(bot -> bot.problems().stream()),
                        checks.stream().flatMap(check -> check.get().stream()))
                .toList();
    }

    /** Whether every bot runs and has been heard of by its server. */
    public boolean ready() {
        return bots.stream().allMatch(RunnerHealth::ready);
    }

    /** The status of HTTP for these problems: 200 if there are none, else 503. */
    public static int status(List<Problem> problems) {
        return problems.isEmpty() ? 200 : 503;
    }

    /** Such as {@code {"status":"red","problems":[{"bot":1,"code":"deaf","text":"no poll was complete for 81 s"}]}}. */
    public static String json(List<Problem> problems) {
        var json = new StringBuilder("{\"status\":\"")
                .append(problems.isEmpty() ? "green" : "red")
                .append("\",\"problems\":[");
        for (var problem : problems) {
            if (json.charAt(json.length() - 1) == '}') json.append(',');
            json.append("{\"bot\":").append(problem.bot()).append(",\"code\":");
            quote(problem.code(), json);
            json.append(",\"text\":");
            quote(problem.text(), json);
            json.append('}');
        }
        return json.append("]}").toString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c < ' ') json.append(' ');
            else json.append(c);
        }
        json.append('"');
    }
}
