package io.botmesh.world;

import io.botmesh.world.Method.Pace;

/** Methods that send small things: a number, a throw of dice, a game. */
final class SmallMethods {
    private final Core core;
    private final Sending sending;

    SmallMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendContact", Pace.SEND, this::sendContact);
        table.faithful("sendDice", Pace.SEND, this::sendDice);
        table.shallow("sendGame", Pace.SEND, this::sendGame);
    }

    Reply sendContact(Bot bot, Params params) {
        var number = params.requiredRaw("phone_number");
        var name = params.requiredRaw("first_name");
        return sending.send(
                bot,
                params,
                "sendContact",
                () -> () -> new ContactContent(number, name, params.raw("last_name"), params.raw("vcard"), 0));
    }

    Reply sendDice(Bot bot, Params params) {
        return sending.send(bot, params, "sendDice", () -> {
            var emoji = DiceContent.check(params.text("emoji"));
            return () -> DiceContent.roll(emoji, core.random());
        });
    }

    /** Any name is the name of a game. */
    Reply sendGame(Bot bot, Params params) {
        var name = params.required("game_short_name");
        return sending.send(bot, params, "sendGame", () -> () -> GameContent.named(name));
    }
}
