package io.botmesh.bot;

import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.Chat;
import io.botmesh.botapi.ChatBoostSource;
import io.botmesh.botapi.ChatBoostSourceGiftCode;
import io.botmesh.botapi.ChatBoostSourceGiveaway;
import io.botmesh.botapi.ChatBoostSourcePremium;
import io.botmesh.botapi.InaccessibleMessage;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.Update;
import io.botmesh.botapi.User;
import org.jspecify.annotations.Nullable;

/** What updates of different kinds have in common, wherever each keeps it. */
final class UpdateParts {
    private UpdateParts() {}

    /** The message that the update is; not the one that a pressed button hangs on. */
    static @Nullable Message ownMessage(Update update) {
        if (update.message() != null) return update.message();
        if (update.editedMessage() != null) return update.editedMessage();
        if (update.channelPost() != null) return update.channelPost();
        if (update.editedChannelPost() != null) return update.editedChannelPost();
        if (update.businessMessage() != null) return update.businessMessage();
        if (update.editedBusinessMessage() != null) return update.editedBusinessMessage();
        return update.guestMessage();
    }

    /** The message that the update is, or that the pressed button hangs on if the server still shows it. */
    static @Nullable Message message(Update update) {
        CallbackQuery query = update.callbackQuery();
        if (query != null) return query.message() instanceof Message message ? message : null;
        return ownMessage(update);
    }

    static @Nullable Chat chat(Update update) {
        Message message = message(update);
        if (message != null) return message.chat();
        if (update.callbackQuery() != null)
            return update.callbackQuery().message() instanceof InaccessibleMessage old ? old.chat() : null;
        if (update.deletedBusinessMessages() != null)
            return update.deletedBusinessMessages().chat();
        if (update.messageReaction() != null) return update.messageReaction().chat();
        if (update.messageReactionCount() != null)
            return update.messageReactionCount().chat();
        if (update.myChatMember() != null) return update.myChatMember().chat();
        if (update.chatMember() != null) return update.chatMember().chat();
        if (update.chatJoinRequest() != null) return update.chatJoinRequest().chat();
        if (update.chatBoost() != null) return update.chatBoost().chat();
        if (update.removedChatBoost() != null) return update.removedChatBoost().chat();
        return update.stoppedMessageGeneration() == null
                ? null
                : update.stoppedMessageGeneration().chat();
    }

    static @Nullable User from(Update update) {
        if (update.callbackQuery() != null) return update.callbackQuery().from();
        Message message = ownMessage(update);
        if (message != null) return message.from();
        if (update.inlineQuery() != null) return update.inlineQuery().from();
        if (update.chosenInlineResult() != null)
            return update.chosenInlineResult().from();
        if (update.shippingQuery() != null) return update.shippingQuery().from();
        if (update.preCheckoutQuery() != null) return update.preCheckoutQuery().from();
        if (update.purchasedPaidMedia() != null)
            return update.purchasedPaidMedia().from();
        if (update.myChatMember() != null) return update.myChatMember().from();
        if (update.chatMember() != null) return update.chatMember().from();
        if (update.chatJoinRequest() != null) return update.chatJoinRequest().from();
        return user(update);
    }

    private static @Nullable User user(Update update) {
        if (update.businessConnection() != null)
            return update.businessConnection().user();
        if (update.messageReaction() != null) return update.messageReaction().user();
        if (update.pollAnswer() != null) return update.pollAnswer().user();
        if (update.managedBot() != null) return update.managedBot().user();
        if (update.subscription() != null) return update.subscription().user();
        if (update.chatBoost() != null)
            return booster(update.chatBoost().boost().source());
        return update.removedChatBoost() == null
                ? null
                : booster(update.removedChatBoost().source());
    }

    private static @Nullable User booster(ChatBoostSource source) {
        return switch (source) {
            case ChatBoostSourcePremium premium -> premium.user();
            case ChatBoostSourceGiftCode code -> code.user();
            case ChatBoostSourceGiveaway giveaway -> giveaway.user();
            case ChatBoostSource.Unknown newer -> null;
        };
    }

    static @Nullable Chat senderChat(Update update) {
        Message message = message(update);
        if (message != null) return message.senderChat();
        if (update.messageReaction() != null) return update.messageReaction().actorChat();
        return update.pollAnswer() == null ? null : update.pollAnswer().voterChat();
    }

    static @Nullable Long messageId(Update update) {
        Message message = message(update);
        if (message != null) return message.messageId();
        if (update.callbackQuery() != null)
            return update.callbackQuery().message() instanceof InaccessibleMessage old ? old.messageId() : null;
        if (update.messageReaction() != null) return update.messageReaction().messageId();
        return update.messageReactionCount() == null
                ? null
                : update.messageReactionCount().messageId();
    }

    static @Nullable String inlineMessageId(Update update) {
        if (update.callbackQuery() != null) return update.callbackQuery().inlineMessageId();
        return update.chosenInlineResult() == null
                ? null
                : update.chosenInlineResult().inlineMessageId();
    }

    static @Nullable String businessConnectionId(Update update) {
        Message message = message(update);
        if (message != null) return message.businessConnectionId();
        if (update.businessConnection() != null)
            return update.businessConnection().id();
        return update.deletedBusinessMessages() == null
                ? null
                : update.deletedBusinessMessages().businessConnectionId();
    }

    /** The topic. A mere thread of replies has a number too, and a message sent there would be an answer to it. */
    static @Nullable Long topic(Update update) {
        Message message = message(update);
        if (message != null) return message.isTopicMessage() ? message.messageThreadId() : null;
        return update.stoppedMessageGeneration() == null
                ? null
                : update.stoppedMessageGeneration().messageThreadId();
    }
}
