package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Finds the chat or message that a call means, and says whether the bot may do what it wants there. */
final class ChatAccess {
    private final Registry registry;

    ChatAccess(Registry registry) {
        this.registry = registry;
    }

    /** A chat that the bot can read, which for a public one takes no membership. */
    Chat readable(Bot bot, String chatId) {
        return check(bot, find(bot, chatId), false);
    }

    /** A chat that the bot belongs to. */
    Chat writable(Bot bot, String chatId) {
        return check(bot, find(bot, chatId), true);
    }

    /** Somebody whom the bot has met: in a private chat, or in a chat that both are in. */
    Account person(Bot bot, long userId) {
        var account = registry.account(userId);
        if (account == null || !hasMet(bot, account)) throw Refused.of(400, "user not found");
        return account;
    }

    private boolean hasMet(Bot bot, Account account) {
        if (account.id() == bot.id() || bot.privateChats.containsKey(account.id())) return true;
        for (var chat : registry.chats()) {
            if (chat.knows(bot.account()) && chat.knows(account)) return true;
        }
        return false;
    }

    /** A message of that chat; messages of a chat that the bot is not in do not exist for it. */
    Message message(Bot bot, Chat chat, int messageId, String what) {
        var message = messageId <= 0 || !isIn(bot, chat) ? null : chat.message(messageId);
        if (message == null) throw Refused.of(400, what + " not found");
        return message;
    }

    boolean isIn(Bot bot, Chat chat) {
        return chat.kind() == Chat.Kind.PRIVATE || chat.member(bot.account()).isIn();
    }

    /** Refuses unless the bot may send to the chat. */
    void requireSend(Bot bot, Chat chat) {
        if (chat.kind() == Chat.Kind.CHANNEL && !chat.member(bot.account()).can(Right.POST_MESSAGES)) {
            throw Refused.of(400, "Need administrator rights in the channel chat");
        }
    }

    boolean can(Bot bot, Chat chat, Right right) {
        return chat.kind() == Chat.Kind.PRIVATE || chat.member(bot.account()).can(right);
    }

    private Chat find(Bot bot, String chatId) {
        if (chatId.isEmpty()) throw Refused.of(400, "chat_id is empty");
        var chat = lookUp(bot, chatId);
        if (chat == null) throw Refused.of(400, "chat not found");
        return chat;
    }

    private @Nullable Chat lookUp(Bot bot, String chatId) {
        if (chatId.startsWith("@")) return registry.chatByName(chatId.substring(1));
        long id = Lenient.number(chatId);
        if (id > 0) return bot.privateChats.get(id);
        var chat = registry.chat(id);
        // A private chat that the bot never saw has no address for it.
        return chat != null && (chat.isPublic() || chat.knows(bot.account())) ? chat : null;
    }

    private static Chat check(Bot bot, Chat chat, boolean write) {
        if (chat.kind() == Chat.Kind.PRIVATE) return chat;
        var member = chat.member(bot.account());
        if (member.status() == Member.Status.KICKED) {
            throw Refused.of(403, "bot was kicked from the " + chat.kind().wireName() + " chat");
        }
        if (!member.isIn() && (write || !chat.isPublic())) {
            throw Refused.of(403, "bot is not a member of the " + chat.kind().wireName() + " chat");
        }
        return chat;
    }
}
