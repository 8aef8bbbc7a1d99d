package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.Happening.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("watched_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final AtomicInteger news = new AtomicInteger();

    @Test
    void whatHappensInAChatIsToldInOrder() {
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hello"));
        try (var watch = scene.world.watch(news::incrementAndGet)) {
            var chat = Scene.text(ann.id());
            var keyboard = "{\"inline_keyboard\":[[{\"text\":\"Yes\",\"callback_data\":\"y\"}]]}";
            int id = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "Sure?", "reply_markup", keyboard));
            var query = scene.world.people().press(ann.id(), bot.id(), id, "y");
            scene.ok(bot, "answerCallbackQuery", "callback_query_id", query, "text", "Thanks", "show_alert", "true");
            scene.ok(bot, "editMessageText", "chat_id", chat, "message_id", Scene.text(id), "text", "Done");
            scene.ok(bot, "deleteMessage", "chat_id", chat, "message_id", Scene.text(id));

            var place = new Place(bot.id(), ann.id());
            var told = watch.take();
            assertThat(told).hasSize(5).allMatch(happening -> happening.at().equals(Scene.START));
            assertThat(told.get(0)).isInstanceOfSatisfying(Happening.Posted.class, posted -> {
                assertThat(posted.place()).isEqualTo(place);
                assertThat(posted.messageId()).isEqualTo(id);
                assertThat(posted.author()).isEqualTo(new Happening.Author(bot.id(), true, "@watched_bot"));
                assertThat(posted.isService()).isFalse();
                assertThat(Scene.json(posted.messageJson())
                                .at("/reply_markup/inline_keyboard/0/0/text")
                                .stringValue())
                        .isEqualTo("Yes");
            });
            assertThat(told.get(1)).isEqualTo(new Happening.Pressed(Scene.START, place, id, ann.id(), query, "y"));
            assertThat(told.get(2))
                    .isEqualTo(new Happening.Answered(Scene.START, bot.id(), query, "Thanks", true, null));
            assertThat(told.get(3))
                    .isInstanceOfSatisfying(
                            Happening.Edited.class,
                            edited -> assertThat(Scene.json(edited.messageJson())
                                            .get("text")
                                            .stringValue())
                                    .isEqualTo("Done"));
            assertThat(told.get(4)).isEqualTo(new Happening.Deleted(Scene.START, place, id));
            assertThat(watch.take()).isEmpty();
        }
    }

    @Test
    void theListenerRunsOncePerTakeAndMayAskTheWorld() {
        var states = new ArrayList<String>();
        try (var watch = scene.world.watch(() -> states.add(scene.world.stateJson(false)))) {
            scene.world.people().say(ann.id(), bot.id(), Outgoing.text("1"));
            scene.world.people().say(ann.id(), bot.id(), Outgoing.text("2"));
            assertThat(states).hasSize(1);
            assertThat(watch.take()).hasSize(2);
            scene.world.people().say(ann.id(), bot.id(), Outgoing.text("3"));
            assertThat(states).hasSize(2);
        }
    }

    @Test
    void whatNobodyTakesIsLostFromItsOldEndAndCounted() {
        try (var watch = scene.world.watch(news::incrementAndGet)) {
            for (int i = 0; i < Watch.MOST_KEPT + 3; i++) {
                watch.add(new Happening.Deleted(Scene.START, new Place(-1, 0), i));
            }
            assertThat(watch.lost()).isEqualTo(3);
            assertThat(watch.take().getFirst()).isEqualTo(new Happening.Deleted(Scene.START, new Place(-1, 0), 3));
        }
    }

    @Test
    void aClosedWatchTellsNothing() {
        var watch = scene.world.watch(news::incrementAndGet);
        watch.close();
        scene.world.people().say(ann.id(), bot.id(), Outgoing.text("hello"));
        assertThat(watch.take()).isEqualTo(List.of());
        assertThat(news).hasValue(0);
    }
}
