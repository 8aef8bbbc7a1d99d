package io.botmesh.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a bot wants to ask. */
final class PollReader {
    private static final int MOST_QUESTION = 300;
    private static final int MOST_OPTION = 100;
    private static final int MOST_OPTIONS = 12;
    private static final int MOST_EXPLANATION = 200;
    private static final int MOST_DESCRIPTION = 1024;
    private static final int MOST_OPEN_SECONDS = 2_628_000;
    private static final int LEAST_OPEN_SECONDS = 5;

    private final Params params;
    private final Core core;
    private final Registry registry;
    private final Draft question;
    private final List<Draft> options;
    private final boolean quiz;
    private final Draft explanation;
    private final Draft description;
    private final PollMedia.@Nullable Draft media;
    private final PollMedia.@Nullable Draft explanationMedia;
    private final Map<Integer, PollMedia.Draft> optionMedia = new LinkedHashMap<>();

    /** Reads what has to be read before the chat is looked at. */
    PollReader(Params params, Core core) {
        this.params = params;
        this.core = core;
        registry = core.registry();
        question = draft("question");
        options = options();
        var type = params.text("type");
        if (!type.isEmpty() && !type.equals("regular") && !type.equals("quiz")) {
            throw Refused.of(400, "Unsupported poll type specified");
        }
        quiz = type.equals("quiz");
        explanation = draft("explanation");
        description = draft("description");
        media = media("media");
        explanationMedia = quiz ? media("explanation_media") : null;
    }

    private PollMedia.@Nullable Draft media(String name) {
        if (!params.has(name)) return null;
        var json = Fields.json(params, name, "Can't parse InputPollMedia JSON object");
        return PollMedia.read(core, params, json, false);
    }

    /** Checks what is to be shown beside the words; what it returns keeps files that are new. */
    Supplier<Poll.Media> media(Bot bot) {
        var question = media == null ? null : media.check(core, bot);
        var told = explanationMedia == null ? null : explanationMedia.check(core, bot);
        var byOption = new LinkedHashMap<Integer, Supplier<PollMedia>>();
        optionMedia.forEach((number, draft) -> byOption.put(number, draft.check(core, bot)));
        return () -> {
            var made = new LinkedHashMap<Integer, PollMedia>();
            byOption.forEach((number, maker) -> made.put(number, maker.get()));
            return new Poll.Media(question == null ? null : question.get(), told == null ? null : told.get(), made);
        };
    }

    /** What a person asks, by the same limits as a bot. */
    static Poll of(Outgoing.Item.Poll asked, Core core) {
        var options = new JsonWriter().array();
        for (var option : asked.options()) options.value(option);
        var arguments = Arguments.builder()
                .add("question", asked.question())
                .add("options", options.endArray().toString())
                .add("is_anonymous", Boolean.toString(asked.anonymous()))
                .add("allows_multiple_answers", Boolean.toString(asked.multiple()));
        if (asked.correct() != null) {
            arguments.add("type", "quiz").add("correct_option_ids", "[" + asked.correct() + "]");
        }
        var reader = new PollReader(new Params(arguments.build()), core);
        var question = reader.question();
        return new Poll(
                core.interactions().nextId(),
                null,
                question,
                reader.rules(0, 0),
                false,
                core.json().files());
    }

    /** Checks what is asked against the limits. */
    Poll.Question question() {
        var text = question.clean(true);
        if (text.isEmpty()) throw Refused.of(400, "Poll question must be non-empty");
        if (text.codePoints() > MOST_QUESTION) {
            throw Refused.of(400, "Poll question length must not exceed " + MOST_QUESTION);
        }
        if (options.size() < 2) throw Refused.of(400, "Poll must have at least 2 option");
        if (options.size() > MOST_OPTIONS) {
            throw Refused.of(400, "Poll can't have more than " + MOST_OPTIONS + " options");
        }
        var answers = options.stream().map(PollReader::option).toList();
        var told = quiz ? explanation.clean(true) : FormattedText.EMPTY;
        if (told.codePoints() > MOST_EXPLANATION) throw Refused.of(400, "Poll explanation is too long");
        var described = description.clean(true);
        if (described.codePoints() > MOST_DESCRIPTION) throw Refused.of(400, "Poll description is too long");
        return new Poll.Question(text, answers, quiz ? correct() : List.of(), told, described, Poll.Media.NONE);
    }

    static FormattedText option(Draft draft) {
        var option = draft.clean(true);
        if (option.isEmpty()) throw Refused.of(400, "Poll options must be non-empty");
        if (option.codePoints() > MOST_OPTION) {
            throw Refused.of(400, "Poll options length must not exceed " + MOST_OPTION);
        }
        return option;
    }

    Poll.Rules rules(Chat chat, long now) {
        if (!isAnonymous() && chat.kind() == Chat.Kind.CHANNEL) {
            throw Refused.of(400, "Non-anonymous polls can't be sent to channel chats");
        }
        int period = params.integer("open_period", 0, 0, MOST_OPEN_SECONDS);
        long date = params.number("close_date");
        if (period != 0 && period < LEAST_OPEN_SECONDS) period = LEAST_OPEN_SECONDS;
        if (period != 0) date = now + period;
        else if (date != 0 && (date < now + LEAST_OPEN_SECONDS || date > now + MOST_OPEN_SECONDS)) {
            throw Refused.of(400, "POLL_CLOSE_DATE_INVALID");
        }
        return rules(period, date);
    }

    private boolean isAnonymous() {
        return !params.has("is_anonymous") || params.flag("is_anonymous");
    }

    private Poll.Rules rules(int period, long date) {
        return new Poll.Rules(
                isAnonymous(),
                quiz,
                params.flag("allows_multiple_answers"),
                params.has("allows_revoting") ? params.flag("allows_revoting") : !quiz,
                params.flag("allow_adding_options"),
                params.flag("members_only"),
                params.flag("hide_results_until_closes") && core.assume(Assumption.HIDDEN_RESULTS_ARE_ZERO),
                countries(),
                period,
                date);
    }

    private List<String> countries() {
        var json = Lenient.json(params.raw("country_codes"));
        if (json == null || !json.isArray()) return List.of();
        return json.values().stream()
                .map(JsonNode::asString)
                .map(TextCleaner::requireUnicode)
                .toList();
    }

    /** The one of older clients counts if there is no list. */
    private List<Integer> correct() {
        List<Integer> numbers = new ArrayList<>();
        var json = Lenient.json(params.raw("correct_option_ids"));
        if (json != null && json.isArray()) {
            for (var element : json.values()) {
                numbers.add(Lenient.integer(element.asString(""), -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
            }
        } else if (params.has("correct_option_id")) {
            numbers.add(params.integer("correct_option_id", -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        boolean wrong = numbers.stream().anyMatch(number -> number < 0 || number >= options.size());
        if (numbers.isEmpty() || wrong) throw Refused.of(400, "Wrong correct option ID specified");
        if (numbers.size() > 1 && !params.flag("allows_multiple_answers")) {
            throw Refused.of(400, "QUIZ_CORRECT_ANSWERS_TOO_MUCH");
        }
        return List.copyOf(numbers);
    }

    private Draft draft(String name) {
        return Draft.of(params.raw(name), params.raw(name + "_parse_mode"), params.raw(name + "_entities"), registry);
    }

    private List<Draft> options() {
        var json = Fields.json(params, "options", "Can't parse options JSON object");
        if (!json.isArray()) throw Refused.of(400, "Expected an Array of InputPollOption as options");
        List<Draft> options = new ArrayList<>();
        for (var element : json.values()) {
            var beside = element.get("media");
            if (beside != null && !beside.isNull()) {
                optionMedia.put(options.size(), PollMedia.read(core, params, beside, true));
            }
            options.add(Fields.within("Can't parse InputPollOption", element, this::option));
        }
        return options;
    }

    private Draft option(JsonNode element) {
        if (element.isString()) return new Draft(element.stringValue(), List.of());
        var fields = Fields.of(element, "expected a String or an Object");
        var entities = fields.object().get("text_entities");
        return Draft.of(
                fields.requiredRaw("text"),
                fields.raw("text_parse_mode"),
                entities == null ? "" : entities.toString(),
                registry);
    }
}
