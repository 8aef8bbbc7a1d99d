package io.botmesh.emulatorjunit;

import io.botmesh.world.Buttons;
import io.botmesh.world.CallbackAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The buttons and keys of one person, and what bots answered to them. */
final class Pressing {
    private static final JsonMapper JSON = new JsonMapper();

    private final Telegram telegram;
    private final TestPerson person;
    private final Reading reading;
    /** Oldest first. */
    private final List<String> queries = new CopyOnWriteArrayList<>();

    Pressing(Telegram telegram, TestPerson person, Reading reading) {
        this.telegram = telegram;
        this.person = person;
        this.reading = reading;
    }

    void press(String label) {
        Runnable press = telegram.await(
                happenings -> pressing(reading.visible(happenings).reversed(), label),
                () -> person + " looks for a button \"" + label + "\"");
        press.run();
    }

    /** Null if there is no such button. */
    private @Nullable Runnable pressing(List<MessageView> newestFirst, String label) {
        for (var view : newestFirst) if (view.button(label) != null) return () -> press(view, label);
        for (var view : newestFirst) {
            long chatId = view.place().chatId();
            if (keys(chatId).contains(label)) return () -> buttons().tap(person.id(), chatId, label);
        }
        return null;
    }

    void press(MessageView message, String label) {
        var button = message.button(label);
        if (button == null) throw new IllegalArgumentException("no button \"" + label + "\" under: " + message);
        var asked = button.path("callback_data").stringValue(label);
        queries.add(buttons().press(person.id(), message.place().chatId(), message.id(), asked));
    }

    Buttons.Effect follow(MessageView message, String label) {
        return buttons().follow(person.id(), message.place().chatId(), message.id(), label);
    }

    List<String> keys(long chatId) {
        var keys = new ArrayList<String>();
        buttons().keyboard(person.id(), chatId).ifPresent(json -> {
            for (var row : JSON.readTree(json).path("keyboard")) {
                for (var key : row) {
                    keys.add(
                            key.isString()
                                    ? key.stringValue()
                                    : key.path("text").stringValue(""));
                }
            }
        });
        return keys;
    }

    /** To the button that was pressed last. */
    CallbackAnswer awaitAnswer() {
        if (queries.isEmpty()) throw new IllegalStateException(person + " pressed no button");
        var query = queries.getLast();
        return telegram.await(
                any -> buttons().answer(query).orElse(null),
                () -> person + " waits for the answer to a pressed button");
    }

    /** With that text, to any button that was pressed. */
    CallbackAnswer awaitAnswer(String text) {
        if (queries.isEmpty()) throw new IllegalStateException(person + " pressed no button");
        return telegram.await(
                any -> {
                    for (var query : queries) {
                        var answer = buttons().answer(query).orElse(null);
                        if (answer != null && answer.text().equals(text)) return answer;
                    }
                    return null;
                },
                () -> person + " waits for the answer \"" + text + "\" to a pressed button");
    }

    private Buttons buttons() {
        return telegram.world().people().buttons();
    }
}
