package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places, numbers, dice, games. */
class SmallContentTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));
    private final String chat = Scene.text(channel.id());

    private String location(String... more) {
        var all = new java.util.ArrayList<>(List.of("chat_id", chat));
        all.addAll(List.of(more));
        var reply = scene.call(bot, "sendLocation", all.toArray(String[]::new));
        return reply instanceof Reply.Ok ? Scene.ok(reply).get("location").toString() : Scene.refusal(reply);
    }

    @Test
    void aPlaceIsWrittenWithSixDigitsAtMost() {
        assertThat(location("latitude", "55.75321549", "longitude", "-37.5"))
                .isEqualTo("{\"latitude\":55.753215,\"longitude\":-37.5}");
        assertThat(location("latitude", "1e1", "longitude", "+.5x", "horizontal_accuracy", "9999"))
                .isEqualTo("{\"latitude\":10,\"longitude\":0.5,\"horizontal_accuracy\":1500}");
    }

    @Test
    void whatIsNowhereIsRefused() {
        assertThat(location("longitude", "1")).isEqualTo("400 Bad Request: latitude is empty");
        assertThat(location("latitude", " ", "longitude", "1")).isEqualTo("400 Bad Request: latitude is empty");
        assertThat(location("latitude", "1")).isEqualTo("400 Bad Request: longitude is empty");
        assertThat(location("latitude", "91", "longitude", "1")).isEqualTo("400 Bad Request: wrong location specified");
        assertThat(location("latitude", "1", "longitude", "1", "live_period", "59"))
                .isEqualTo("400 Bad Request: wrong live location period specified");
        assertThat(location("latitude", "1", "longitude", "1", "live_period", "60", "heading", "361"))
                .isEqualTo("400 Bad Request: wrong live location heading specified");
        assertThat(location("latitude", "1", "longitude", "1", "proximity_alert_radius", "100001"))
                .isEqualTo("400 Bad Request: wrong live location proximity alert radius specified");
    }

    @Test
    void aLivePlaceMovesUntilItIsStopped() {
        var sent = scene.ok(
                bot,
                "sendLocation",
                "chat_id",
                chat,
                "latitude",
                "1",
                "longitude",
                "2",
                "live_period",
                "900",
                "heading",
                "90");
        assertThat(sent.get("location").toString())
                .isEqualTo("{\"latitude\":1,\"longitude\":2,\"live_period\":900,\"heading\":90}");
        var id = Scene.text(Scene.id(sent));
        scene.seconds(1);
        var moved = scene.ok(
                bot, "editMessageLiveLocation", "chat_id", chat, "message_id", id, "latitude", "3", "longitude", "4");
        assertThat(moved.get("location").toString()).isEqualTo("{\"latitude\":3,\"longitude\":4,\"live_period\":900}");
        assertThat(moved.has("edit_date")).isTrue();
        var updates = scene.updates(other);
        assertThat(updates.get(updates.size() - 1).has("edited_channel_post")).isTrue();
        var stopped = scene.ok(bot, "stopMessageLiveLocation", "chat_id", chat, "message_id", id);
        assertThat(stopped.get("location").toString()).isEqualTo("{\"latitude\":3,\"longitude\":4}");
        assertThat(scene.refusal(bot, "stopMessageLiveLocation", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: message can't be edited");
    }

    @Test
    void aLivePlaceComesToRestWhenItsTimeIsOverUnlessThatIsPutOff() {
        var one = live("60");
        var two = live("60");
        var endless = live("2147483647");
        scene.ok(
                bot,
                "editMessageLiveLocation",
                "chat_id",
                chat,
                "message_id",
                two,
                "latitude",
                "1",
                "longitude",
                "1",
                "live_period",
                "120");
        scene.seconds(61);
        assertThat(move(one)).isEqualTo("400 Bad Request: message can't be edited");
        assertThat(move(two)).isEqualTo("moved");
        scene.seconds(60);
        assertThat(move(two)).isEqualTo("400 Bad Request: message can't be edited");
        assertThat(move(endless)).isEqualTo("moved");
        var still = scene.ok(bot, "sendLocation", "chat_id", chat, "latitude", "1", "longitude", "2");
        assertThat(move(Scene.text(Scene.id(still))))
                .isEqualTo("400 Bad Request: there is no live location in the message to edit");
    }

    private String live(String period) {
        return Scene.text(Scene.id(scene.ok(
                bot, "sendLocation", "chat_id", chat, "latitude", "1", "longitude", "2", "live_period", period)));
    }

    private String move(String id) {
        var reply = scene.call(
                bot, "editMessageLiveLocation", "chat_id", chat, "message_id", id, "latitude", "7", "longitude", "7");
        return reply instanceof Reply.Ok ? "moved" : Scene.refusal(reply);
    }

    @Test
    void aVenueIsAPlaceWithANameAndOneProvidersId() {
        var venue = scene.ok(
                bot,
                "sendVenue",
                "chat_id",
                chat,
                "latitude",
                "1",
                "longitude",
                "2",
                "title",
                "Cafe",
                "address",
                "Street 1",
                "google_place_id",
                "g1",
                "foursquare_id",
                "f1");
        assertThat(venue.get("location").toString()).isEqualTo("{\"latitude\":1,\"longitude\":2}");
        assertThat(venue.get("venue").toString())
                .isEqualTo("{\"location\":{\"latitude\":1,\"longitude\":2},\"title\":\"Cafe\",\"address\":\"Street 1\","
                        + "\"foursquare_id\":\"f1\"}");
    }

    @Test
    void aContactTakesANumberAndAName() {
        assertThat(scene.refusal(bot, "sendContact", "chat_id", chat, "first_name", "Ann"))
                .isEqualTo("400 Bad Request: parameter \"phone_number\" is required");
        assertThat(scene.ok(
                                bot,
                                "sendContact",
                                "chat_id",
                                chat,
                                "phone_number",
                                "+1 555",
                                "first_name",
                                "Ann",
                                "vcard",
                                "V")
                        .get("contact")
                        .toString())
                .isEqualTo("{\"phone_number\":\"+1 555\",\"first_name\":\"Ann\",\"vcard\":\"V\"}");
    }

    @Test
    void namesOfContactsAndVenuesAreCleanedLikeTexts() {
        assertThat(scene.ok(bot, "sendContact", "chat_id", chat, "phone_number", "1", "first_name", "A\tn\r\u202en")
                        .get("contact")
                        .get("first_name")
                        .stringValue())
                .isEqualTo("A nn");
        String half = "a\udcff";
        assertThat(scene.refusal(bot, "sendContact", "chat_id", chat, "phone_number", half, "first_name", "A"))
                .isEqualTo("400 Bad Request: phone number must be encoded in UTF-8");
        assertThat(scene.refusal(bot, "sendContact", "chat_id", chat, "phone_number", "1", "first_name", half))
                .isEqualTo("400 Bad Request: first name must be encoded in UTF-8");
        assertThat(scene.refusal(
                        bot, "sendContact", "chat_id", chat, "phone_number", "1", "first_name", "A", "vcard", half))
                .isEqualTo("400 Bad Request: vCard must be encoded in UTF-8");
        assertThat(venueRefusal(half, "a")).isEqualTo("400 Bad Request: venue title must be encoded in UTF-8");
        assertThat(venueRefusal("t", half)).isEqualTo("400 Bad Request: venue address must be encoded in UTF-8");
    }

    private String venueRefusal(String title, String address) {
        return scene.refusal(
                bot,
                "sendVenue",
                "chat_id",
                chat,
                "latitude",
                "1",
                "longitude",
                "2",
                "title",
                title,
                "address",
                address);
    }

    @Test
    void diceFallByTheWorldsOwnChance() {
        for (var emoji :
                List.of("", "\ud83c\udfaf", "\ud83c\udfb3", "\ud83c\udfc0", "\u26bd", "\u26bd\ufe0f", "\ud83c\udfb0")) {
            var seen = new HashSet<Integer>();
            for (int i = 0; i < 40; i++) {
                var dice = scene.ok(bot, "sendDice", "chat_id", chat, "emoji", emoji)
                        .get("dice");
                seen.add(dice.get("value").asInt());
            }
            int most = emoji.equals("\ud83c\udfb0")
                    ? 64
                    : emoji.startsWith("\u26bd") || emoji.equals("\ud83c\udfc0") ? 5 : 6;
            assertThat(seen).as(emoji).hasSizeGreaterThan(2).allMatch(value -> value >= 1 && value <= most);
        }
        assertThat(scene.refusal(bot, "sendDice", "chat_id", chat, "emoji", "x"))
                .isEqualTo("400 Bad Request: EMOTICON_INVALID");
        assertThat(new Scene().world.addBot("same_bot").token())
                .isEqualTo(new Scene().world.addBot("same_bot").token());
    }

    @Test
    void aGameIsKnownByItsShortName() {
        assertThat(scene.refusal(bot, "sendGame", "chat_id", chat))
                .isEqualTo("400 Bad Request: parameter \"game_short_name\" is required");
        var person = scene.world.addUser("Ann", null);
        scene.world.people().say(person.id(), bot.id(), Outgoing.text("hi"));
        assertThat(scene.ok(bot, "sendGame", "chat_id", Scene.text(person.id()), "game_short_name", "chess")
                        .get("game")
                        .get("title")
                        .asString())
                .isEqualTo("chess");
    }
}
