package io.botmesh.emulatorjunit;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A poll as a person sees it at one moment.
 *
 * @param votes  how many chose each answer, in the order of the poll
 * @param voters how many voted, who may have chosen several answers
 * @param json   the whole {@code Poll}
 */
public record PollView(String question, Map<String, Integer> votes, int voters, boolean closed, JsonNode json) {
    static PollView of(JsonNode json) {
        var votes = new LinkedHashMap<String, Integer>();
        for (var option : json.path("options")) {
            votes.put(
                    option.path("text").stringValue(""),
                    option.path("voter_count").intValue(0));
        }
        return new PollView(
                json.path("question").stringValue(""),
                votes,
                json.path("total_voter_count").intValue(0),
                json.path("is_closed").booleanValue(false),
                json);
    }

    /** Number of an answer from 0. */
    int option(String text) {
        int number = 0;
        for (var option : votes.keySet()) {
            if (option.equals(text)) return number;
            number++;
        }
        throw new IllegalArgumentException("no answer \"" + text + "\" in: " + question + ' ' + votes.keySet());
    }
}
