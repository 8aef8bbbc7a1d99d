package io.botmesh.world;

import java.util.SplittableRandom;

/** Where people act: the core with look-ups that tell a caller in Java what does not exist. */
record Stage(Gate gate, Core core, SplittableRandom random) {
    Chat chat(long chatId) {
        var chat = core.registry().chat(chatId);
        if (chat == null) throw new IllegalArgumentException("no chat " + chatId);
        return chat;
    }

    Account account(long userId) {
        var account = core.registry().account(userId);
        if (account == null) throw new IllegalArgumentException("nobody with id " + userId);
        return account;
    }

    Bot bot(long botId) {
        var bot = core.registry().bot(botId);
        if (bot == null) throw new IllegalArgumentException("no bot " + botId);
        return bot;
    }

    /** A channel or group by its id, or for a person the private chat with the bot of that id. */
    Chat chatOf(Account person, long chatId) {
        if (chatId < 0) return chat(chatId);
        var chat = privateChat(bot(chatId), person);
        chat.opened = true;
        chat.onApproval = false;
        return chat;
    }

    /** One that nobody ever wrote to is not remembered because somebody looked at it. */
    Chat privateChat(Bot bot, Account person) {
        var known = bot.privateChats.get(person.id());
        if (known == null && gate.isReading()) return Chat.between(bot, person);
        return bot.privateChats.computeIfAbsent(person.id(), any -> Chat.between(bot, person));
    }

    /** A message by the id under which people know it, which in a basic group is that of its first bot. */
    Message message(Chat chat, int messageId) {
        var message = chat.message(core.registry().viewer(chat), messageId);
        if (message == null) throw new IllegalArgumentException("no message " + messageId + " in " + chat.id());
        return message;
    }

    /** Somebody who is a person and not a bot. */
    Account person(long userId) {
        var account = account(userId);
        if (account.bot()) throw new IllegalArgumentException("a bot acts through its own calls: " + userId);
        return account;
    }

    Account owner(Chat chat) {
        for (var member : chat.members()) if (member.status() == Member.Status.CREATOR) return member.account();
        throw new IllegalArgumentException("a private chat has no owner");
    }
}
