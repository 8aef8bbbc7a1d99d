package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GeneratedTypesTest {
    private static final String SCHEMA = schema();

    private static String schema() {
        try (InputStream in = GeneratedTypesTest.class.getResourceAsStream("bot-api-10.3.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Member names of one object of the schema. */
    private static Set<String> names(String section) {
        byte[] bytes = SCHEMA.getBytes(UTF_8);
        var names = new TreeSet<String>();
        var top = new JsonBytes.Members(bytes, 0, bytes.length);
        while (top.advance()) {
            if (!top.named(section)) continue;
            var members = new JsonBytes.Members(bytes, top.valueStart, top.valueEnd);
            while (members.advance()) names.add(members.name());
        }
        return names;
    }

    @Test
    void everyMethodIsACallUnderItsOwnName() throws Exception {
        assertThat(Calls.VERSION).isEqualTo("10.3");
        assertThat(Calls.METHODS).hasSize(185).containsExactlyInAnyOrderElementsOf(names("methods"));
        Class<?>[] calls = Objects.requireNonNull(ApiCall.class.getPermittedSubclasses());
        assertThat(calls).hasSize(186).contains(RawCall.class);

        var methods = new TreeMap<String, Class<?>>();
        var samples = new Samples(1);
        for (Class<?> call : calls) {
            if (call == RawCall.class) continue;
            assertThat(call.isRecord()).isTrue();
            methods.put(((ApiCall<?>) samples.record(call)).method(), call);
        }
        assertThat(methods.keySet()).isEqualTo(names("methods"));
    }

    @Test
    void everyTypeIsARecordAndEveryUnionIsSealed() {
        assertThat(Types.RECORDS)
                .hasSize(373)
                .allMatch(Class::isRecord)
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrderElementsOf(names("types"));
        assertThat(Types.UNIONS)
                .allMatch(Class::isSealed)
                .extracting(Class::getSimpleName)
                .containsAll(names("unions"));
    }

    @Test
    void everyTypeComesBackAsItWent() {
        for (long seed = 0; seed < 4; seed++) {
            for (Class<?> type : Types.RECORDS) {
                long samples = seed;
                Object value = new Samples(samples).record(type);
                String json = Json.text((Record) value);

                // Unknown members hold a text of their own, so equality is asked of the JSON as well.
                assertThat(Json.parse(type, json))
                        .as(() -> "seed " + samples + ", " + json)
                        .isEqualTo(value);
                assertThat(Json.text((Record) Json.parse(type, json))).isEqualTo(json);
            }
        }
    }

    @Test
    void everyMemberOfEveryUnionIsTold() {
        for (Class<?> union : Types.UNIONS) {
            for (Class<?> member : Objects.requireNonNull(union.getPermittedSubclasses())) {
                if (!Types.RECORDS.contains(member)) continue;
                for (long seed = 0; seed < 5; seed++) {
                    Object value = new Samples(seed).record(member);
                    assertThat((Object) Json.parse(union, Json.text((Record) value)))
                            .as("%s as %s, seed %d", member, union, seed)
                            .isEqualTo(value);
                }
            }
        }
    }

    @Test
    void everyUnionKeepsAMemberItDoesNotKnow() {
        String json = "{\"status\":\"newest\",\"type\":\"newest\",\"source\":\"newest\",\"x\":[{\"}\":\"]\\\"\"}]}";
        for (Class<?> union : Types.UNIONS) {
            Object value = Json.parse(union, " " + json + " ");

            assertThat(value.getClass().getSimpleName()).as(union.getName()).isEqualTo("Unknown");
            assertThat(value).hasFieldOrPropertyWithValue("json", new RawJson(json));
        }
        assertThat(Json.parse(ReactionType.class, json).type()).isEqualTo("newest");
    }

    @Test
    void anUnknownMemberIsSentAsItCame() {
        var markup = InlineKeyboardMarkup.of(List.of());
        var unknown = new ReactionType.Unknown(new RawJson("{\"type\":\"newest\",\"n\":1}"));
        var updated =
                new MessageReactionUpdated(Chat.of(1, ChatType.PRIVATE), 2, null, null, 3, List.of(unknown), List.of());

        assertThat(Json.text(updated)).contains("\"old_reaction\":[{\"type\":\"newest\",\"n\":1}]");
        assertThat(Json.parse(MessageReactionUpdated.class, Json.text(updated))).isEqualTo(updated);
        assertThat((Object) Json.parse(ReplyMarkup.class, Json.text(markup))).isEqualTo(markup);
    }

    @Test
    void theDiscriminatorMayStandLast() {
        String json =
                "{\"user\":{\"id\":1,\"is_bot\":false,\"first_name\":\"status\"},\"until_date\":0,\"status\":\"kicked\"}";

        assertThat(Json.parse(ChatMember.class, json)).isInstanceOf(ChatMemberBanned.class);
    }

    @Test
    void aRightThatAnOlderServerDoesNotKnowIsOneThatNobodyHas() {
        var administrator = new Samples(1).record(ChatMemberAdministrator.class);
        var older = Json.text(administrator).replaceAll("\"can_send_welcome_messages\":(true|false),?", "");
        assertThat(older).isNotEqualTo(Json.text(administrator));

        assertThat(Json.parse(ChatMember.class, older))
                .isInstanceOfSatisfying(
                        ChatMemberAdministrator.class,
                        read -> assertThat(read.canSendWelcomeMessages()).isFalse());
        var strange = older.replaceFirst("\"can_be_edited\":(true|false)", "\"can_be_edited\":1");
        assertThat(Json.parse(ChatMember.class, strange)).isInstanceOf(ChatMember.Unknown.class);
        var userless = older.replaceFirst("\"user\":", "\"other\":");
        assertThat(Json.parse(ChatMember.class, userless)).isInstanceOf(ChatMember.Unknown.class);
    }

    @Test
    void richTextIsTextOrListOrObject() {
        assertThat(Json.parse(RichText.class, "\"plain\"")).isEqualTo(new RichText.Plain("plain"));
        assertThat(Json.parse(RichText.class, "[\"a\",[\"b\"],{\"type\":\"bold\",\"text\":\"c\"}]"))
                .isEqualTo(new RichText.Sequence(List.of(
                        new RichText.Plain("a"),
                        new RichText.Sequence(List.of(new RichText.Plain("b"))),
                        new RichTextBold(new RichText.Plain("c")))));
    }

    @Test
    void aValueNotListedIsKept() {
        var chat = Json.parse(Chat.class, "{\"id\":1,\"type\":\"metaverse\"}");

        assertThat(chat.type()).isEqualTo(ChatType.of("metaverse")).hasToString("metaverse");
        assertThat(Json.text(chat)).contains("\"metaverse\"");
        assertThat(ChatType.known()).doesNotContain(chat.type());
    }

    @Test
    void anOddOptionalFieldCostsThatFieldOnly() {
        for (String odd : List.of("[]", "{}", "1.5", "[[{\"a\":1}]]", "123456789012345678901234567890", "null")) {
            String json = """
                    {"unknown":ODD,"message_id":1,"from":ODD,"video":ODD,"entities":[ODD],"forward_origin":ODD,
                     "chat":{"title":ODD,"id":1,"type":"private"},"message_thread_id":ODD,"is_from_offline":ODD,
                     "text":ODD,"date":2,"caption":"kept"}
                    """.replace("ODD", odd);
            var message = Json.parse(Message.class, json);

            assertThat(message.caption()).isEqualTo("kept");
            assertThat(message.from()).isNull();
            assertThat(message.video()).isNull();
            assertThat(message.entities()).isEmpty();
            assertThat(message.text()).isNull();
            assertThat(message.chat().title()).isNull();
            assertThat(message.messageThreadId()).isNull();
            assertThat(message.isFromOffline()).isFalse();
            if (!odd.equals("null"))
                assertThat(message.forwardOrigin()).isEqualTo(new MessageOrigin.Unknown(new RawJson(odd)));
        }
    }

    @Test
    void anObjectThatLacksWhatItMustHaveIsLeftOutByWhoeverMay() {
        String user = "{\"id\":1,\"is_bot\":false}"; // no first name
        var message = Json.parse(
                Message.class,
                "{\"message_id\":1,\"date\":2,\"chat\":{\"id\":1,\"type\":\"private\"},\"from\":" + user
                        + ",\"new_chat_members\":[" + user + ",{\"id\":2,\"is_bot\":true,\"first_name\":\"x\"}]}");

        assertThat(message.from()).isNull();
        assertThat(message.newChatMembers()).extracting(User::id).containsExactly(2L);
        assertThatThrownBy(() -> Json.parse(User.class, user))
                .isInstanceOf(DecodeException.class)
                .hasMessage("User.first_name is missing or of another type");
    }

    @Test
    void damagedJsonIsToldWithoutItsContent() {
        for (String json : List.of("", "{", "{\"id\":1", "[]", "nonsense-secret", "{\"id\":1,\"type\":\"private\"} x"))
            assertThatThrownBy(() -> Json.parse(Chat.class, json))
                    .as(json)
                    .isInstanceOf(DecodeException.class)
                    .message()
                    .doesNotContain("secret");
    }

    @Test
    void copiesChangeOneThing() throws Exception {
        for (Class<?> call : Objects.requireNonNull(ApiCall.class.getPermittedSubclasses())) {
            if (call == RawCall.class) continue;
            Object bare = new Samples(3).record(call);
            Object full = new Samples(4).record(call);
            for (RecordComponent component : call.getRecordComponents()) {
                String with = "with" + component.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                        + component.getName().substring(1);
                var copier = Arrays.stream(call.getMethods())
                        .filter(method ->
                                method.getName().equals(with) && method.getParameterTypes()[0] == component.getType())
                        .findFirst();
                if (copier.isEmpty()) continue; // required: it is given to of()
                Object copy = copier.get().invoke(bare, component.getAccessor().invoke(full));
                for (RecordComponent other : call.getRecordComponents()) {
                    Object source = other.getName().equals(component.getName()) ? full : bare;
                    assertThat(other.getAccessor().invoke(copy))
                            .as("%s.%s of %s", call, with, other.getName())
                            .isEqualTo(other.getAccessor().invoke(source));
                }
            }
        }
    }

    @Test
    void listsAreCopied() {
        var ids = new ArrayList<>(List.of(1L));
        var call = DeleteMessages.of(1, ids);
        ids.add(2L);

        assertThat(call.messageIds()).containsExactly(1L);
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(SetWebhook.of("https://example.org")
                        .withSecretToken("s3cret-s3cret")
                        .toString())
                .isEqualTo("SetWebhook{\"url\":\"https://example.org\",\"secret_token\":\"***\"}");
        assertThat(SendDocument.of(1, InputFile.upload("f", new byte[3])).toString())
                .contains("Upload[f, 3 bytes]");
    }
}
