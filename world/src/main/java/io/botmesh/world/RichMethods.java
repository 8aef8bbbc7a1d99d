package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods about rich messages, about drafts that a person watches, and about checklists of businesses. */
final class RichMethods {
    private final Core core;
    private final Sending sending;

    RichMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.shallow("sendRichMessage", Pace.SEND, this::sendRichMessage);
        table.shallow("sendMessageDraft", Pace.SEND, this::sendMessageDraft);
        table.shallow("sendRichMessageDraft", Pace.SEND, this::sendRichMessageDraft);
        table.faithful("sendChecklist", Pace.SEND, this::sendChecklist);
        table.faithful("editMessageChecklist", Pace.SEND, this::editMessageChecklist);
    }

    Reply sendRichMessage(Bot bot, Params params) {
        var draft = new RichReader(core, params).read(params);
        return sending.send(bot, params, "sendRichMessage", () -> draft.check(core, bot));
    }

    /** Without a text it says that the bot thinks. */
    Reply sendMessageDraft(Bot bot, Params params) {
        var draft = Draft.of(params, "text", "entities", core.registry());
        var text = draft.clean(true);
        requireDraft(bot, params);
        if (text.codePoints() > SendMethods.MOST_TEXT) throw Refused.of(400, "Message is too long");
        return BotMethods.TRUE;
    }

    Reply sendRichMessageDraft(Bot bot, Params params) {
        var draft = new RichReader(core, params).read(params);
        requireDraft(bot, params);
        var unused = draft.check(core, bot);
        return BotMethods.TRUE;
    }

    private void requireDraft(Bot bot, Params params) {
        var chat = core.access().writable(bot, params.raw("chat_id"));
        if (chat.kind() != Chat.Kind.PRIVATE) throw Refused.of(400, "Can't send message drafts to the chat");
        if (params.number("draft_id") == 0) throw Refused.of(400, "Invalid draft_id specified");
        core.access().requireSend(bot, chat, SendKind.TEXT);
    }

    /** Only a business has checklists. */
    Reply sendChecklist(Bot bot, Params params) {
        params.required("business_connection_id");
        var checklist = ChecklistContent.parse(params, core.registry());
        return sending.send(bot, params, "sendChecklist", () -> () -> checklist);
    }

    Reply editMessageChecklist(Bot bot, Params params) {
        params.required("business_connection_id");
        var checklist = ChecklistContent.parse(params, core.registry());
        return new Editing(core).edit(bot, params, message -> {
            if (!(message.content() instanceof ChecklistContent before)) {
                throw Refused.of(400, "There is no checklist in the message to edit");
            }
            return () -> checklist.keeping(before);
        });
    }
}
