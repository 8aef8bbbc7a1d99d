package io.botmesh.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A poll with its votes. All messages that show it, forwards included, show the same one. */
final class Poll {
    /**
     * What it asks.
     *
     * @param correct numbers of the right answers of a quiz, empty for a poll that only asks
     */
    record Question(
            FormattedText text,
            List<FormattedText> options,
            List<Integer> correct,
            FormattedText explanation,
            FormattedText description,
            Media media) {
        Question withMedia(Media other) {
            return new Question(text, options, correct, explanation, description, other);
        }
    }

    /**
     * What is shown beside its words.
     *
     * @param byOption by the number of the answer
     */
    record Media(@Nullable PollMedia question, @Nullable PollMedia explanation, Map<Integer, PollMedia> byOption) {
        static final Media NONE = new Media(null, null, Map.of());

        Media {
            byOption = Map.copyOf(byOption);
        }
    }

    /**
     * How it is asked.
     *
     * @param hidden whether only its bot sees numbers until it is closed
     */
    record Rules(
            boolean anonymous,
            boolean quiz,
            boolean multiple,
            boolean revoting,
            boolean adding,
            boolean membersOnly,
            boolean hidden,
            List<String> countries,
            int openSeconds,
            long closeDate) {}

    /** One answer to choose. */
    private record Option(
            String persistentId,
            FormattedText text,
            @Nullable Account addedBy,
            long addedAt) {}

    private final long id;
    private final @Nullable Bot owner;
    private final Question question;
    private final Rules rules;
    private final List<Option> options = new ArrayList<>();
    private final Map<Account, TreeSet<Integer>> votes = new LinkedHashMap<>();
    private final FileJson files;
    private boolean closed;

    Poll(long id, @Nullable Bot owner, Question question, Rules rules, boolean closed, FileJson files) {
        this.files = files;
        this.id = id;
        this.owner = owner;
        this.question = question;
        this.rules = rules;
        this.closed = closed;
        for (var text : question.options()) options.add(new Option(idOf(options.size()), text, null, 0));
    }

    /** The same question anew, without votes. */
    Poll again(long otherId, Bot asker) {
        return new Poll(otherId, asker, question, rules, closed, files);
    }

    private String idOf(int number) {
        return Long.toString((id ^ (number * 0x9e3779b97f4a7c15L)) >>> 1);
    }

    long id() {
        return id;
    }

    /** The bot that asks, null if a person does. */
    @Nullable
    Bot owner() {
        return owner;
    }

    Rules rules() {
        return rules;
    }

    /** Whether bots see it differently. */
    boolean differsByBot() {
        var media = question.media();
        return rules.quiz() || rules.hidden() || !media.equals(Media.NONE);
    }

    boolean isClosed() {
        return closed;
    }

    int size() {
        return options.size();
    }

    void close() {
        closed = true;
    }

    boolean has(String persistentId) {
        return options.stream().anyMatch(option -> option.persistentId().equals(persistentId));
    }

    /** The answers that somebody has chosen, empty for none. */
    List<Integer> chosenBy(Account person) {
        return List.copyOf(votes.getOrDefault(person, new TreeSet<>()));
    }

    void vote(Account person, List<Integer> chosen) {
        if (chosen.isEmpty()) votes.remove(person);
        else votes.put(person, new TreeSet<>(chosen));
    }

    /** Adds an answer; returns the id that stays the same whatever is added later. */
    String add(FormattedText text, Account person, long now) {
        var option = new Option(idOf(options.size()), text, person, now);
        options.add(option);
        return option.persistentId();
    }

    /** As a {@code Poll}; who did not ask learns the right answers when it is over. */
    JsonWriter write(JsonWriter json, Bot viewer) {
        json.object()
                .field("id", Long.toString(id))
                .field("question", question.text().text());
        question.text().writeEntities(json, "question_entities");
        json.name("options").array();
        for (int i = 0; i < options.size(); i++) writeOption(json, i, viewer);
        json.endArray().field("total_voter_count", votes.size());
        if (rules.openSeconds() > 0) json.field("open_period", rules.openSeconds());
        if (rules.closeDate() > 0) json.field("close_date", rules.closeDate());
        json.field("is_closed", closed)
                .field("is_anonymous", rules.anonymous())
                .field("type", rules.quiz() ? "quiz" : "regular")
                .field("allows_multiple_answers", rules.multiple())
                .field("allows_revoting", rules.revoting())
                .field("members_only", rules.membersOnly());
        if (!rules.countries().isEmpty()) {
            json.name("country_codes").array();
            for (var country : rules.countries()) json.value(country);
            json.endArray();
        }
        if (rules.quiz() && (closed || viewer == owner)) writeSolution(json, viewer);
        if (!question.description().isEmpty()) {
            json.field("description", question.description().text());
            question.description().writeEntities(json, "description_entities");
        }
        write(json, "media", question.media().question(), viewer);
        return json.endObject();
    }

    private void writeOption(JsonWriter json, int number, Bot viewer) {
        var option = options.get(number);
        json.object()
                .field("persistent_id", option.persistentId())
                .field("text", option.text().text());
        option.text().writeEntities(json, "text_entities");
        write(json, "media", question.media().byOption().get(number), viewer);
        boolean hidden = rules.hidden() && !closed && viewer != owner;
        long voters = votes.values().stream()
                .filter(chosen -> chosen.contains(number))
                .count();
        json.field("voter_count", hidden ? 0 : voters);
        if (option.addedBy() != null) {
            option.addedBy().write(json.name("added_by_user"));
            json.field("addition_date", option.addedAt());
        }
        json.endObject();
    }

    private void writeSolution(JsonWriter json, Bot viewer) {
        json.name("correct_option_ids").array();
        for (int number : question.correct()) json.value(number);
        json.endArray();
        if (!question.explanation().isEmpty()) {
            json.field("explanation", question.explanation().text());
            question.explanation().writeEntities(json, "explanation_entities");
        }
        write(json, "explanation_media", question.media().explanation(), viewer);
    }

    private void write(JsonWriter json, String name, @Nullable PollMedia media, Bot viewer) {
        if (media != null) media.write(json.name(name), files, viewer);
    }

    /** As a {@code PollAnswer} of that person. */
    JsonWriter writeAnswer(JsonWriter json, Account person) {
        json.object().field("poll_id", Long.toString(id));
        person.write(json.name("user"));
        json.name("option_ids").array();
        for (int number : chosenBy(person)) json.value(number);
        json.endArray().name("option_persistent_ids").array();
        for (int number : chosenBy(person)) json.value(options.get(number).persistentId());
        return json.endArray().endObject();
    }
}
