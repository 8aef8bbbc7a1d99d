package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What can happen to an update between the server and a webhook. */
class DeliveryFaultsTest {
    private final WebhookScene hook = new WebhookScene().set().works();
    private final Scene scene = hook.scene;
    private final Faults faults = scene.world.faults();
    private final long ann = scene.world.addUser("Ann", null).id();

    private void takes(String... texts) {
        for (var text : texts) {
            assertThat(hook.texts()).first().isEqualTo(text);
            hook.answer(WebhookAnswer.ok());
        }
    }

    @Test
    void aRefusedConnectionLosesNothing() {
        faults.add(Fault.refuseDelivery().times(2));
        hook.say(ann, "one");
        assertThat(hook.posts).isEmpty();
        assertThat(hook.info().get("last_error_message").asString()).isEqualTo("Connection refused");
        scene.seconds(10);
        takes("one");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void aConnectionThatEndsWithinTheBodyLosesNothing() {
        faults.add(Fault.cutDelivery().times(1));
        hook.say(ann, "one");
        var post = hook.posts.getFirst();
        assertThat(post.cut()).isTrue();
        var sent = new String(post.toBytes(), StandardCharsets.ISO_8859_1);
        assertThat(sent).contains("Content-Length: " + post.body().length).doesNotEndWith("}");
        assertThat(sent.substring(sent.indexOf("\r\n\r\n") + 4)).hasSize(post.body().length / 2);
        hook.breakOff("Connection closed");
        scene.seconds(2);
        assertThat(hook.posts.getFirst().cut()).isFalse();
        takes("one");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void aLateUpdateHoldsBackItsChatOnly() {
        faults.add(Fault.delayDelivery(Duration.ofSeconds(30)).inChat(ann).times(1));
        hook.say(ann, "one");
        hook.say(ann, "two");
        hook.say("other");
        takes("other");
        scene.seconds(29);
        assertThat(hook.posts).isEmpty();
        scene.seconds(1);
        takes("one", "two");
    }

    @Test
    void everyUpdateMayBeLateWithoutEnd() {
        faults.add(Fault.delayDelivery(Duration.ofSeconds(5)));
        hook.say(ann, "one");
        hook.say(ann, "two");
        scene.seconds(5);
        takes("one");
        assertThat(hook.posts).isEmpty();
        scene.seconds(5);
        takes("two");
    }

    @Test
    void anUpdateThatWasTakenComesOnceMore() {
        faults.add(Fault.duplicateDelivery().times(1));
        hook.say(ann, "one");
        hook.say(ann, "two");
        takes("one", "one", "two");
        assertThat(hook.pending()).isZero();
        assertThat(hook.info().has("last_error_message")).isFalse();
    }

    @Test
    void whatIsAnsweredToADuplicateIsACallBothTimes() {
        faults.add(Fault.duplicateDelivery().times(1));
        hook.say(ann, "one");
        var call = Arguments.of("method", "sendMessage", "chat_id", Scene.text(ann), "text", "hello");
        hook.answer(WebhookAnswer.ok(call));
        hook.answer(WebhookAnswer.ok(call));
        assertThat(scene.world.people().transcriptJson(ann, hook.bot.id()).split("\"hello\"", -1))
                .hasSize(3);
    }

    @Test
    void anAnswerThatIsLostBringsTheUpdateAgain() {
        faults.add(Fault.loseAnswer().times(1));
        hook.say(ann, "one");
        var call = Arguments.of("method", "sendMessage", "chat_id", Scene.text(ann), "text", "hello");
        hook.answer(WebhookAnswer.ok(call));
        assertThat(scene.world.people().transcriptJson(ann, hook.bot.id())).doesNotContain("hello");
        assertThat(hook.info().get("last_error_message").asString()).isEqualTo("Read timeout expired");
        takes("one");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void anUpdateIsGoneWhateverWasAnswered() {
        faults.add(Fault.takeAnyAnswer().times(1));
        hook.say(ann, "one");
        hook.say(ann, "two");
        hook.answer(WebhookAnswer.of(500, "Internal Server Error"));
        takes("two");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void theNextUpdateOfAChatGoesFirst() {
        hook.say(ann, "zero");
        hook.say(ann, "one");
        hook.say(ann, "two");
        hook.say(ann, "three");
        long id = faults.add(Fault.overtake().times(1));
        takes("zero", "two", "one", "three");
        assertThat(faults.report().getFirst().id()).isEqualTo(id);
        assertThat(faults.report().getFirst().struck()).isOne();
        assertThat(hook.pending()).isZero();
    }

    @Test
    void nothingIsOvertakenWhileNothingFollows() {
        faults.add(Fault.overtake());
        hook.say(ann, "one");
        takes("one");
        assertThat(faults.report().getFirst().struck()).isZero();
        hook.say(ann, "two");
        takes("two");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void everyUpdateMayBeOvertakenOnce() {
        hook.say(ann, "zero");
        for (var text : new String[] {"one", "two", "three", "four"}) hook.say(ann, text);
        faults.add(Fault.overtake());
        takes("zero", "two", "one", "four", "three");
        assertThat(hook.pending()).isZero();
    }

    @Test
    void deliveriesAreToldApartByKindBotAndPerson() {
        var other = scene.world.addBot("other_bot");
        faults.add(Fault.refuseDelivery().onUpdates("callback_query"));
        faults.add(Fault.refuseDelivery().ofBot(other.id()));
        faults.add(Fault.refuseDelivery().inChat(ann + 1));
        hook.say(ann, "one");
        takes("one");
        assertThat(faults.report())
                .allSatisfy(report -> assertThat(report.matched()).isZero());
        var markup = "{\"inline_keyboard\":[[{\"text\":\"Yes\",\"callback_data\":\"y\"}]]}";
        int id = Scene.id(
                scene.ok(hook.bot, "sendMessage", "chat_id", Scene.text(ann), "text", "?", "reply_markup", markup));
        var pressed = faults.add(
                Fault.loseAnswer().inChat(ann).onUpdates("callback_query").times(1));
        faults.remove(1);
        scene.world.people().press(ann, hook.bot.id(), id, "Yes");
        hook.answer(WebhookAnswer.ok());
        assertThat(faults.report().getLast().id()).isEqualTo(pressed);
        assertThat(faults.report().getLast().struck()).isOne();
    }

    @Test
    void whatStrikesCallsSparesDeliveriesAndTheOtherWayRound() {
        faults.add(Fault.refuse(500, "Internal Server Error"));
        hook.say(ann, "one");
        takes("one");
        faults.clear();
        faults.add(Fault.refuseDelivery());
        scene.ok(hook.bot, "getMe");
        assertThat(faults.report().getFirst().matched()).isZero();
        assertThatThrownBy(() -> Fault.loseReply().onUpdates("message")).hasMessage("this strikes calls");
        assertThatThrownBy(() -> Fault.loseAnswer().onUpdates("sendMessage"))
                .hasMessage("no kind of update sendMessage");
        assertThatThrownBy(() -> Fault.delayDelivery(Duration.ofSeconds(-1))).hasMessageContaining("give a time of 0");
    }
}
