package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.world.Outgoing.FileKind;
import io.botmesh.world.Outgoing.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What people send and change. */
class TalkTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final People people = scene.world.people();

    private JsonNode say(Outgoing what) {
        var message = Scene.json(people.say(ann.id(), bot.id(), what));
        SchemaCheck.conforms(message, "Message", "what Ann said");
        return message;
    }

    private JsonNode last() {
        var updates = scene.updates(bot);
        return updates.get(updates.size() - 1);
    }

    private static Outgoing file(FileKind kind, String name, byte[] bytes, @Nullable String caption) {
        return Outgoing.file(kind, new Upload("x", name, "", Blob.of(bytes)), caption);
    }

    private static byte[] sample(FileKind kind) {
        return switch (kind) {
            case PHOTO -> Samples.jpeg(64, 48);
            case STICKER -> Samples.webp(512, 512);
            case AUDIO -> Samples.mp3(2000);
            case VOICE -> Samples.opus(2000);
            case VIDEO, VIDEO_NOTE -> Samples.video(64, 64, 2000);
            case ANIMATION -> Samples.gif(64, 48);
            case DOCUMENT -> new byte[] {1};
        };
    }

    @Test
    void aPersonSendsEveryKindOfFile() {
        for (var kind : FileKind.values()) {
            boolean captioned = kind != FileKind.STICKER && kind != FileKind.VIDEO_NOTE;
            say(file(kind, "f.bin", sample(kind), captioned ? "words" : null));
            var received = last().get("message");
            assertThat(received.has(kind.wireName())).as(kind.name()).isTrue();
            assertThat(received.has("caption")).isEqualTo(captioned);
            var media = received.get(kind.wireName());
            var id = (media.isArray() ? media.get(0) : media).get("file_id").asString();
            assertThat(scene.ok(bot, "getFile", "file_id", id).has("file_path")).isTrue();
        }
    }

    @Test
    void aPersonSendsPlacesNumbersAndDice() {
        say(Outgoing.location(1.5, 2));
        assertThat(last().get("message").get("location").toString()).isEqualTo("{\"latitude\":1.5,\"longitude\":2}");
        say(Outgoing.of(new Item.Venue(1, 2, "Cafe", "Street")));
        assertThat(last().get("message").get("venue").get("title").asString()).isEqualTo("Cafe");
        say(Outgoing.of(new Item.Contact("+1", "Ann", "", ann.id())));
        assertThat(last().get("message").get("contact").get("user_id").asLong()).isEqualTo(ann.id());
        say(Outgoing.of(new Item.Dice("")));
        assertThat(last().get("message").get("dice").get("value").asInt()).isBetween(1, 6);
    }

    @Test
    void aLivePlaceOfAPersonMovesAndStops() {
        int id = Scene.id(say(Outgoing.of(new Item.Location(1, 2, 600))));
        people.move(ann.id(), bot.id(), id, 3, 4);
        assertThat(last().get("edited_message").get("location").toString())
                .isEqualTo("{\"latitude\":3,\"longitude\":4,\"live_period\":600}");
        people.stopMoving(ann.id(), bot.id(), id);
        assertThat(last().get("edited_message").get("location").has("live_period"))
                .isFalse();
        assertThatThrownBy(() -> people.move(ann.id(), bot.id(), id, 5, 6))
                .hasMessage(ann.id() + " has no live place " + id + " in " + bot.id());
    }

    @Test
    void aPersonSendsAnAlbum() {
        var photo = file(FileKind.PHOTO, "p.jpg", Samples.jpeg(64, 48), "first");
        var album = Scene.json(people.sayAlbum(ann.id(), bot.id(), List.of(photo, photo)));
        assertThat(album.get(0).get("media_group_id")).isEqualTo(album.get(1).get("media_group_id"));
        assertThat(scene.updates(bot)).hasSize(2);
        assertThatThrownBy(() -> people.sayAlbum(ann.id(), bot.id(), List.of(photo)))
                .hasMessage("an album is 2 to 10 files: 1");
        assertThatThrownBy(() -> people.sayAlbum(ann.id(), bot.id(), List.of(photo, Outgoing.text("x"))))
                .hasMessage("an album is made of files only");
    }

    @Test
    void aPersonQuotesForwardsAndReplaces() {
        int first = Scene.id(say(Outgoing.text("one two")));
        say(Outgoing.text("indeed").withReplyTo(first).withQuote("two"));
        assertThat(last().get("message").get("quote").toString())
                .isEqualTo("{\"text\":\"two\",\"position\":4,\"is_manual\":true}");
        assertThatThrownBy(() -> say(Outgoing.text("no").withReplyTo(first).withQuote("three")))
                .hasMessage("message " + first + " does not say: three");
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));
        var post = scene.ok(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "news");
        say(Outgoing.forward(channel.id(), Scene.id(post)));
        assertThat(last().get("message").get("forward_origin").get("type").asString())
                .isEqualTo("channel");
        int file = Scene.id(say(file(FileKind.PHOTO, "p.jpg", Samples.jpeg(64, 48), "old")));
        people.edit(ann.id(), bot.id(), file, "new");
        assertThat(last().get("edited_message").get("caption").asString()).isEqualTo("new");
        people.replace(ann.id(), bot.id(), file, file(FileKind.VIDEO, "v.mp4", Samples.video(8, 8, 900), null));
        assertThat(last().get("edited_message").has("video")).isTrue();
    }

    @Test
    void whatCannotBeSentSaysWhyInOneLine() {
        assertThatThrownBy(() -> say(file(FileKind.PHOTO, "p.jpg", new byte[] {1}, null)))
                .hasMessage("Bad Request: IMAGE_PROCESS_FAILED");
        assertThatThrownBy(() -> new Outgoing(null, null, null, null, null, null))
                .hasMessage("neither text nor anything else");
        assertThatThrownBy(() -> say(Outgoing.location(99, 0))).hasMessage("Bad Request: wrong location specified");
        assertThatThrownBy(() -> say(Outgoing.forward(bot.id(), 77))).isInstanceOf(IllegalArgumentException.class);
    }
}
