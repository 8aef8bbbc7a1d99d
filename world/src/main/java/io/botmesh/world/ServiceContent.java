package io.botmesh.world;

import java.util.List;

/** News about a chat, which is no message of somebody. Further kinds may stand in files of their own. */
interface ServiceContent extends Content {
    @Override
    default boolean isService() {
        return true;
    }

    /** The first message of a channel or group. */
    record Created(Chat.Kind kind) implements ServiceContent {
        @Override
        public void write(JsonWriter json, View view) {
            json.field(kind.wireName() + "_chat_created", true);
        }
    }

    /** A message was pinned. */
    record Pinned(int messageId) implements ServiceContent {
        @Override
        public boolean differsByBot(Message in) {
            var pinned = in.chat().message(messageId);
            return pinned != null && pinned.content().differsByBot(pinned);
        }

        @Override
        public void write(JsonWriter json, View view) {
            json.name("pinned_message");
            var chat = view.message().chat();
            var pinned = chat.message(messageId);
            if (pinned != null) {
                view.messages().write(json, pinned, view.viewer(), false);
            } else {
                chat.write(json.object().name("chat"));
                json.field("message_id", messageId).field("date", 0).endObject();
            }
        }
    }

    /** Somebody came. */
    record Joined(List<Account> accounts) implements ServiceContent {
        public Joined {
            accounts = List.copyOf(accounts);
        }

        @Override
        public void write(JsonWriter json, View view) {
            accounts.getFirst().write(json.name("new_chat_participant"));
            accounts.getFirst().write(json.name("new_chat_member"));
            json.name("new_chat_members").array();
            for (var account : accounts) account.write(json);
            json.endArray();
        }
    }

    /** Somebody left or was removed. */
    record Left(Account account) implements ServiceContent {
        @Override
        public void write(JsonWriter json, View view) {
            account.write(json.name("left_chat_participant"));
            account.write(json.name("left_chat_member"));
        }
    }
}
