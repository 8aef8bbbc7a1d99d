package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.util.ArrayList;

/** Methods that delete messages. */
final class DeleteMethods {
    private static final long DELETABLE_SECONDS = 172_800;
    private static final long TEST_DELETABLE_SECONDS = 900;
    private static final long DAY_SECONDS = 86_400;

    private final Core core;

    DeleteMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("deleteMessage", Pace.OTHER, this::deleteMessage);
        table.faithful("deleteMessages", Pace.OTHER, this::deleteMessages);
    }

    Reply deleteMessage(Bot bot, Params params) {
        var chatId = params.raw("chat_id");
        if (chatId.isEmpty()) throw Refused.of(400, "Chat identifier is not specified");
        int messageId = params.messageId("message_id");
        if (messageId == 0) throw Refused.of(400, "Message identifier is not specified");
        var chat = core.access().writable(bot, chatId);
        var message = core.access().message(bot, chat, messageId, "message to delete");
        requireDelete(bot, message);
        core.postman().delete(message);
        return BotMethods.TRUE;
    }

    /** Ids that are gone are passed over; one that may not be deleted fails all of them. */
    Reply deleteMessages(Bot bot, Params params) {
        var chatId = params.raw("chat_id");
        if (chatId.isEmpty()) throw Refused.of(400, "Chat identifier is not specified");
        var ids = MessageIds.parse(params);
        var chat = core.access().writable(bot, chatId);
        var messages = new ArrayList<Message>();
        for (int id : ids) {
            var message = chat.message(bot, id);
            if (message == null) continue;
            requireDelete(bot, message);
            messages.add(message);
        }
        messages.forEach(core.postman()::delete);
        return BotMethods.TRUE;
    }

    private void requireDelete(Bot bot, Message message) {
        var chat = message.chat();
        long age = core.agenda().seconds() - message.date();
        if (chat.kind() == Chat.Kind.PRIVATE) {
            if (age > DELETABLE_SECONDS) throw Refused.of(400, "Message can't be deleted for everyone");
            // What luck has decided stays for a day.
            boolean fresh = age < DAY_SECONDS;
            if (fresh && message.isBy(bot) && message.content() instanceof DiceContent) {
                throw Refused.of(400, "Message can't be deleted for everyone");
            }
            return;
        }
        boolean own = message.isBy(bot)
                && !message.content().isService()
                && (chat.kind() != Chat.Kind.CHANNEL || core.access().can(bot, chat, Right.POST_MESSAGES));
        boolean may = message.id() != 1
                && !(message.content() instanceof ServiceContent.Created)
                && age <= (bot.flags.contains(BotFlag.TEST_SERVER) ? TEST_DELETABLE_SECONDS : DELETABLE_SECONDS)
                && (own || core.access().can(bot, chat, Right.DELETE_MESSAGES));
        if (!may) throw Refused.of(400, "Message can't be deleted");
    }
}
