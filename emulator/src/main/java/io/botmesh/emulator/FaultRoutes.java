package io.botmesh.emulator;

import static io.botmesh.emulator.ControlHandler.quoted;
import static java.util.stream.Collectors.joining;

import io.botmesh.world.Fault;
import io.botmesh.world.FaultAction;
import io.botmesh.world.FaultReport;
import io.botmesh.world.Faults;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** What goes wrong on purpose. */
final class FaultRoutes {
    /** What is made of what the caller gave, for each kind by its name. */
    private interface Kind {
        Fault make(Given given) throws Wrong;
    }

    private final Faults faults;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    /** What each fault was called when it was added; those that were added in Java have no name here. */
    private final Map<Long, String> names = new java.util.concurrent.ConcurrentHashMap<>();

    FaultRoutes(Faults faults) {
        this.faults = faults;
        kinds.put("too_many_requests", given -> Fault.tooManyRequests(given.number("retry_after", 5)));
        kinds.put(
                "refuse",
                given -> Fault.refuse(given.number("code", 500), description(given, "Internal Server Error")));
        kinds.put("bad_gateway", given -> Fault.badGateway());
        kinds.put("page", given -> {
            int code = given.number("code", 500);
            return Fault.page(code, description(given, HttpStatus.getMessage(code)));
        });
        kinds.put("lose_reply", given -> Fault.loseReply());
        kinds.put("reset", given -> Fault.reset());
        kinds.put("reset_after", given -> Fault.resetAfter(by(given)));
        kinds.put("duplicate", given -> Fault.duplicate());
        kinds.put("slow", given -> Fault.slow(by(given)));
        kinds.put("late", given -> Fault.late(by(given)));
        kinds.put("swallow", given -> Fault.swallow());
        kinds.put("silence", given -> Fault.silence());
        kinds.put("redeliver", given -> Fault.redeliver());
        kinds.put("jump_update_ids", given -> Fault.jumpUpdateIds());
        kinds.put("revoke_token", given -> Fault.revokeToken());
        kinds.put("conflict", given -> Fault.conflict(by(given)));
        kinds.put("refuse_delivery", given -> Fault.refuseDelivery());
        kinds.put("cut_delivery", given -> Fault.cutDelivery());
        kinds.put("delay_delivery", given -> Fault.delayDelivery(by(given)));
        kinds.put("duplicate_delivery", given -> Fault.duplicateDelivery());
        kinds.put("lose_answer", given -> Fault.loseAnswer());
        kinds.put("take_any_answer", given -> Fault.takeAnyAnswer());
        kinds.put("overtake", given -> Fault.overtake());
    }

    void addTo(ControlTable table) {
        table.get("/control/faults", "What goes wrong on purpose, and how often it did.", this::list)
                .gives(FieldType.OBJECTS);
        table.post("/control/faults", "From now on something goes wrong; of several the first strikes.", this::add)
                .waits() // no fault is kept: what it does to a call is
                .needs("fault", FieldType.oneOf(kinds.keySet().toArray(String[]::new)), "What goes wrong.")
                .takes("bot", FieldType.ID, "Only with calls of that bot.")
                .takes("methods", FieldType.TEXTS, "Only with calls of these methods.")
                .takes("updates", FieldType.TEXTS, "Only with updates of these kinds, for what strikes webhooks.")
                .takes("chat", FieldType.ID, "Only with calls whose chat_id names that chat, or with its updates.")
                .takes("skip", FieldType.number(0, Integer.MAX_VALUE), "So many calls get through first.")
                .takes("times", FieldType.number(1, Integer.MAX_VALUE), "Strikes so often and then rests.")
                .takes("percent", FieldType.number(1, 100), "Chance to strike a call that matches.")
                .takes("until", FieldType.INSTANT, "No longer from then on.")
                .takes("retry_after", FieldType.number(1, 1_000_000), "Seconds, for too_many_requests; default 5.")
                .takes("code", FieldType.number(400, 599), "For refuse and page; default 500.")
                .takes("description", FieldType.TEXT, "For refuse and page.")
                .takes(
                        "by",
                        FieldType.DURATION,
                        "For slow, late, reset_after, conflict and delay_delivery; default PT1S.")
                .gives(FieldType.object(new Fields("FaultId").needs("id", FieldType.ID, "To take it back with.")));
        table.delete("/control/faults", "Takes a fault back, or all of them.", this::remove)
                .waits()
                .takes("id", FieldType.ID, "Only that one.");
    }

    private static String description(Given given, String otherwise) {
        var text = given.optionalText("description");
        return text == null ? otherwise : text;
    }

    private static Duration by(Given given) {
        return given.has("by") ? given.duration("by") : Duration.ofSeconds(1);
    }

    private String add(Given given) throws Wrong {
        var name = given.text("fault");
        var kind = kinds.get(name);
        if (kind == null) throw new Wrong("there is no fault " + name);
        var fault = kind.make(given);
        if (given.has("bot")) fault = fault.ofBot(given.id("bot"));
        if (given.has("methods")) fault = fault.onMethods(given.texts("methods").toArray(String[]::new));
        if (given.has("updates")) fault = fault.onUpdates(given.texts("updates").toArray(String[]::new));
        if (given.has("chat")) fault = fault.inChat(given.id("chat"));
        if (given.has("skip")) fault = fault.skipping(given.number("skip"));
        if (given.has("times")) fault = fault.times(given.number("times"));
        if (given.has("percent")) fault = fault.withProbability(given.number("percent") / 100.0);
        if (given.has("until")) fault = fault.until(given.instant("until"));
        long id = faults.add(fault);
        names.put(id, name);
        return "{\"id\":" + id + "}";
    }

    private String remove(Given given) throws Wrong {
        if (!given.has("id")) {
            faults.clear();
            names.clear();
        } else {
            names.remove(given.id("id"));
            if (!faults.remove(given.id("id"))) throw new Wrong(404, "there is no fault " + given.id("id"));
        }
        return "{\"ok\":true}";
    }

    private String list(Given given) {
        return faults.report().stream().map(this::json).collect(joining(",", "[", "]"));
    }

    private String json(FaultReport report) {
        var fault = report.fault();
        var json = new StringBuilder("{\"id\":").append(report.id());
        var name = names.get(report.id());
        json.append(",\"fault\":").append(quoted(name == null ? "in Java" : name));
        json.append(",\"does\":").append(quoted(fault.action().toString()));
        if (fault.botId() != null) json.append(",\"bot\":").append(fault.botId());
        if (!fault.methods().isEmpty()) {
            var what = fault.action() instanceof FaultAction.OnDelivery ? "updates" : "methods";
            json.append(fault.methods().stream()
                    .map(ControlHandler::quoted)
                    .collect(joining(",", ",\"" + what + "\":[", "]")));
        }
        if (fault.chatId() != null) json.append(",\"chat\":").append(fault.chatId());
        if (fault.skip() > 0) json.append(",\"skip\":").append(fault.skip());
        if (fault.times() < Integer.MAX_VALUE) json.append(",\"times\":").append(fault.times());
        if (fault.probability() < 1) json.append(",\"percent\":").append(Math.round(fault.probability() * 100));
        if (fault.until() != null)
            json.append(",\"until\":").append(quoted(fault.until().toString()));
        json.append(",\"matched\":")
                .append(report.matched())
                .append(",\"struck\":")
                .append(report.struck());
        if (report.last() != null)
            json.append(",\"last\":").append(quoted(report.last().toString()));
        return json.append(",\"spent\":").append(report.isSpent()).append('}').toString();
    }
}
