package io.botmesh.emulatorjunit;

import io.botmesh.world.Happening;
import io.botmesh.world.InlineMode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person typed after the name of a bot in a chat, to choose from what the bot offers. */
public final class TestQuery {
    private static final JsonMapper JSON = new JsonMapper();

    private final Telegram telegram;
    private final TestPerson person;
    private final TestBot bot;
    private final Recipient where;
    private final String text;
    private final String id;

    TestQuery(Telegram telegram, TestPerson person, TestBot bot, Recipient where, String text, String offset) {
        this.telegram = telegram;
        this.person = person;
        this.bot = bot;
        this.where = where;
        this.text = text;
        id = inline().ask(person.id(), where.id(), bot.id(), text, offset);
    }

    /**
     * What a bot offers.
     *
     * @param title       empty for kinds without one
     * @param description empty for none
     * @param json        what a client shows of it
     */
    public record Result(String id, String title, String description, JsonNode json) {
        static Result of(JsonNode json) {
            return new Result(
                    json.path("id").stringValue(""),
                    json.path("title").stringValue(""),
                    json.path("description").stringValue(""),
                    json);
        }

        @Override
        public String toString() {
            return title.isEmpty() ? id : title;
        }
    }

    /** The results, once the bot has answered. */
    public List<Result> awaitResults() {
        var results = new ArrayList<Result>();
        for (var json : offer().path("results")) results.add(Result.of(json));
        return results;
    }

    /** Scrolls to the end: asks for what the bot said comes after. */
    public TestQuery more() {
        var offset = offer().path("next_offset").stringValue("");
        if (offset.isEmpty()) throw new IllegalArgumentException(bot + " offers no more");
        return new TestQuery(telegram, person, bot, where, text, offset);
    }

    /**
     * Sends the result of that title, or of that id; waits for the results before.
     *
     * @throws IllegalArgumentException if there is none
     */
    public MessageView chooses(String titleOrId) {
        var results = awaitResults();
        for (var result : results) if (result.title().equals(titleOrId)) return choose(result);
        for (var result : results) if (result.id().equals(titleOrId)) return choose(result);
        throw new IllegalArgumentException(bot + " offers no \"" + titleOrId + "\" but " + results);
    }

    private MessageView choose(Result result) {
        var message = JSON.readTree(inline().choose(id, result.id()));
        var place = new Happening.Place(where.id(), where instanceof TestBot ? person.id() : 0);
        return person.reading().message(place, message.path("message_id").intValue());
    }

    private JsonNode offer() {
        var offer = telegram.await(
                any -> inline().offer(id).orElse(null),
                () -> person + " waits for what " + bot + " offers for \"" + text + "\"");
        return JSON.readTree(offer);
    }

    private InlineMode inline() {
        return telegram.world().people().inline();
    }

    @Override
    public String toString() {
        return bot + " " + text;
    }
}
