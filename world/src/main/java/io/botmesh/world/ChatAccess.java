package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** Finds the chat or message that a call means, and says whether the bot may do what it wants there. */
final class ChatAccess {
    private final Registry registry;
    private final Assumptions assumptions;

    ChatAccess(Registry registry, Assumptions assumptions) {
        this.registry = registry;
        this.assumptions = assumptions;
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
        var message = messageId <= 0 || !isIn(bot, chat) ? null : chat.message(bot, messageId);
        if (message == null || !isThere(bot, message)) throw Refused.of(400, what + " not found");
        return message;
    }

    /** What stood there before the bot came may be hidden from it. */
    private boolean isThere(Bot bot, Message message) {
        var chat = message.chat();
        boolean big = chat.kind() == Chat.Kind.CHANNEL || chat.kind() == Chat.Kind.SUPERGROUP;
        return !big
                || assumptions.hold(Assumption.OLD_MESSAGES_ARE_THERE)
                || chat.member(bot.account()).joined() <= message.date();
    }

    boolean isIn(Bot bot, Chat chat) {
        return chat.kind() == Chat.Kind.PRIVATE || chat.member(bot.account()).isIn();
    }

    /** Refuses unless the bot may send anything at all to the chat. */
    void requireSend(Bot bot, Chat chat) {
        switch (chat.kind()) {
            case PRIVATE -> requireOpen(bot, chat);
            case CHANNEL -> {
                if (!chat.member(bot.account()).can(Right.POST_MESSAGES)) {
                    throw Refused.of(400, "Need administrator rights in the channel chat");
                }
            }
            case SUPERGROUP -> {
                var member = chat.member(bot.account());
                for (var permission : Permission.values()) {
                    if (permission.sends() && chat.permits(member, permission)) return;
                }
                throw Refused.of(
                        400,
                        assumptions.hold(Assumption.RESTRICTED_HAVE_ACCESS)
                                ? "Have no rights to send a message"
                                : "Have no write access to the chat");
            }
            case GROUP -> {}
        }
    }

    /** Refuses unless the bot may send that kind of message to the chat. */
    void requireSend(Bot bot, Chat chat, SendKind kind) {
        requireSend(bot, chat);
        if (!maySend(bot, chat, kind)) throw kind.refusal();
    }

    /** Whether the permissions of a group leave that kind of message to the bot. */
    boolean maySend(Bot bot, Chat chat, SendKind kind) {
        return !chat.isGroup() || chat.permits(chat.member(bot.account()), kind.permission());
    }

    private void requireOpen(Bot bot, Chat chat) {
        var person = chat.person();
        if (person == null) return;
        if (person.deactivated) throw Refused.of(400, "INPUT_USER_DEACTIVATED");
        var other = registry.bot(person.id());
        if (other != null) {
            if (!talks(bot) || !talks(other)) throw Refused.of(403, "The bot can't send messages to the bot");
        } else if (!chat.opened) {
            throw Refused.of(403, "Bot can't initiate conversation with a user");
        } else if (chat.blocked) {
            throw Refused.of(400, "USER_IS_BLOCKED");
        }
    }

    private static boolean talks(Bot bot) {
        return bot.flags.contains(BotFlag.BOT_TO_BOT);
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
        if (chatId.startsWith("@")) {
            var named = registry.botByName(chatId.substring(1));
            return named == null || named == bot ? registry.chatByName(chatId.substring(1)) : privateChat(bot, named);
        }
        long id = Lenient.number(chatId);
        if (id > 0) return privateChat(bot, id);
        var chat = registry.chat(id);
        // A private chat that the bot never saw has no address for it.
        return chat != null && (chat.isPublic() || chat.knows(bot.account())) ? chat : null;
    }

    /** The chat with another bot, which begins with the first message: asking about it must change nothing. */
    private static Chat privateChat(Bot bot, Bot other) {
        var chat = bot.privateChats.get(other.id());
        return chat == null ? Chat.between(bot, other.account()) : chat;
    }

    /** The chat with somebody; a person whom the bot only met elsewhere has one that is not open yet. */
    private @Nullable Chat privateChat(Bot bot, long userId) {
        var chat = bot.privateChats.get(userId);
        if (chat != null) return chat;
        var account = registry.account(userId);
        if (account == null || userId == bot.id() || !hasMet(bot, account)) return null;
        var other = registry.bot(userId);
        if (other != null) return privateChat(bot, other);
        var unopened = Chat.between(bot, account);
        unopened.opened = false;
        return unopened;
    }

    private static Chat check(Bot bot, Chat chat, boolean write) {
        if (chat.kind() == Chat.Kind.PRIVATE) return chat;
        if (chat.migratedTo != 0 && write) throw Refused.migrated(chat.migratedTo);
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
