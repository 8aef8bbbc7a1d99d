package io.botmesh.emulator;

import io.botmesh.emulator.Method.Pace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods that are built, by their documented name. */
final class MethodTable {
    private final Map<String, Method> methods = new HashMap<>();

    MethodTable(Core core) {
        var bots = new BotMethods(core);
        add("getMe", Pace.OTHER, bots::getMe);
        add("logOut", Pace.OTHER, bots::logOut);
        add("close", Pace.OTHER, bots::close);
        add("setWebhook", Pace.OTHER, bots::setWebhook);
        add("deleteWebhook", Pace.OTHER, bots::deleteWebhook);
        add("getWebhookInfo", Pace.OTHER, bots::getWebhookInfo);
        add("answerCallbackQuery", Pace.OTHER, bots::answerCallbackQuery);
        add(new Method("getUpdates", Pace.POLL, core.polls()::getUpdates));

        var send = new SendMethods(core);
        add("sendMessage", Pace.SEND, send::sendMessage);
        add("sendDocument", Pace.SEND, send::sendDocument);
        add("sendChatAction", Pace.OTHER, send::sendChatAction);

        var edit = new EditMethods(core);
        add("editMessageText", Pace.SEND, edit::editMessageText);
        add("editMessageCaption", Pace.SEND, edit::editMessageCaption);
        add("editMessageReplyMarkup", Pace.SEND, edit::editMessageReplyMarkup);

        var forward = new ForwardMethods(core);
        add("forwardMessage", Pace.SEND, forward::forwardMessage);
        add("forwardMessages", Pace.SEND, forward::forwardMessages);
        add("copyMessage", Pace.SEND, forward::copyMessage);
        add("copyMessages", Pace.SEND, forward::copyMessages);

        var delete = new DeleteMethods(core);
        add("deleteMessage", Pace.OTHER, delete::deleteMessage);
        add("deleteMessages", Pace.OTHER, delete::deleteMessages);

        var pin = new PinMethods(core);
        add("pinChatMessage", Pace.SEND, pin::pinChatMessage);
        add("unpinChatMessage", Pace.OTHER, pin::unpinChatMessage);
        add("unpinAllChatMessages", Pace.OTHER, pin::unpinAllChatMessages);

        var chats = new ChatMethods(core);
        add("getChat", Pace.OTHER, chats::getChat);
        add("getChatMember", Pace.OTHER, chats::getChatMember);
        add("getChatAdministrators", Pace.OTHER, chats::getChatAdministrators);
        add("getChatMemberCount", Pace.OTHER, chats::getChatMemberCount);
        add("leaveChat", Pace.OTHER, chats::leaveChat);
        add("promoteChatMember", Pace.OTHER, chats::promoteChatMember);

        var files = new FileMethods(core);
        add("getFile", Pace.OTHER, files::getFile);
    }

    /** Null for a method that is not built. */
    @Nullable
    Method find(String documentedName) {
        return methods.get(documentedName);
    }

    /** All of them, sorted. */
    List<String> names() {
        return methods.keySet().stream().sorted().toList();
    }

    private void add(String name, Pace pace, Method.Function function) {
        add(Method.of(name, pace, function));
    }

    private void add(Method method) {
        methods.put(method.name(), method);
    }
}
