package io.botmesh.world;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The common way of all methods that send: markup, chat, reply, rights, content, limits, in that order, and then the
 * message. What a call says about anything but its content is read here.
 */
final class Sending {
    /** Where a call sends to, and with what around the content. */
    record Destination(
            Bot bot,
            Chat chat,
            Answering answering,
            @Nullable ReplyMarkup markup,
            Marks marks,
            @Nullable DirectPost direct) {
        Posting posting(Content content) {
            var posting = Posting.of(bot.account(), content)
                    .answering(answering)
                    .withMarkup(markup)
                    .withMarks(marks);
            if (direct != null) posting = posting.withDirect(direct);
            return posting.withByline(Byline.of(bot.account(), chat));
        }
    }

    private final Core core;

    Sending(Core core) {
        this.core = core;
    }

    /**
     * Sends one message.
     *
     * @param checker checks the content once everything around it is right, and returns what makes it: a call that the
     *     limits refuse leaves no file behind
     */
    Reply send(Bot bot, Params params, String method, Supplier<Supplier<Content>> checker) {
        return send(bot, params, method, posted -> {}, checker);
    }

    /** As above, and tells of the message once it is there. */
    Reply send(Bot bot, Params params, String method, Consumer<Message> then, Supplier<Supplier<Content>> checker) {
        var destination = destination(bot, params, method);
        var maker = checker.get();
        boolean paid = params.flag("allow_paid_broadcast");
        core.meter().send(bot, destination.chat(), 1, core.agenda().now(), paid);
        var receiver = WhisperMethods.receiver(params, destination.chat(), core.registry());
        var posting = destination.posting(maker.get());
        var message = receiver == null
                ? post(posting, destination.chat())
                : core.postman().whisper(destination.chat(), posting, receiver);
        then.accept(message);
        return new Reply.Ok(core.json().message(message, bot));
    }

    /** Reads and checks everything but the content. */
    Destination destination(Bot bot, Params params, String method) {
        var target = ReplyTarget.parse(params, core.registry());
        var markup = ReplyMarkup.parse(params);
        var chat = core.interactions().connections.writable(bot, params, core.access());
        var answering = target.resolve(bot, chat, core.access());
        var marks = marks(bot, chat, params, answering);
        // Each item of an album needs the permission of its own kind.
        if (method.equals("sendMediaGroup")) core.access().requireSend(bot, chat);
        else core.access().requireSend(bot, chat, SendKind.ofMethod(method));
        if (markup != null) markup.require(chat.kind(), firstButton(method));
        return new Destination(bot, chat, answering, markup, marks, direct(chat, params, answering));
    }

    /** To a channel's direct messages one writes into somebody's topic, which an answer need not name. */
    @Nullable
    DirectPost direct(Chat chat, Params params, Answering answering) {
        if (chat.profile().directMessagesOf == null) {
            if (!params.has("suggested_post_parameters")) return null;
            throw Refused.of(400, "Suggested posts can be sent only to channel direct messages");
        }
        var answered = chat.message(answering.messageId());
        var before = answered == null ? null : answered.posting().direct();
        var topic = before != null ? before.topic : core.registry().account(params.number("direct_messages_topic_id"));
        if (topic == null) throw Refused.of(400, "Direct messages topic must be specified");
        var suggested = DirectPost.suggested(params, topic, core.agenda().seconds());
        if (suggested == null) return DirectPost.plain(topic);
        // Another offer takes the place of the one that it answers.
        if (before != null && before.state == DirectPost.State.PENDING) before.state = DirectPost.State.DECLINED;
        return suggested;
    }

    /** The kind of button that has to stand first under what such a method sends, if it has buttons at all. */
    private static String firstButton(String method) {
        return switch (method) {
            case "sendInvoice" -> "pay";
            case "sendGame" -> "callback_game";
            default -> "";
        };
    }

    Message post(Posting posting, Chat chat) {
        return core.postman().post(chat, posting);
    }

    /** The marks that any method may ask for. */
    static Marks marks(Bot bot, Chat chat, Params params, Answering answering) {
        long effect = params.number("message_effect_id");
        if (effect != 0 && chat.kind() != Chat.Kind.PRIVATE) {
            throw Refused.of(400, "Can't use message effects in the chat");
        }
        var answered = answering.messageId() == 0 ? null : chat.message(answering.messageId());
        return chat.topics()
                .marks(chat, bot.account(), params.messageId("message_thread_id"), answered)
                .withProtection(params.flag("protect_content"))
                .withEffect(effect);
    }
}
