package io.botmesh.emulatorjunit;

import io.botmesh.world.Admin;
import io.botmesh.world.Right;

/** A channel or a group. */
public final class TestChat implements Recipient {
    private final Telegram telegram;
    private final long id;
    private final String title;

    TestChat(Telegram telegram, long id, String title) {
        this.telegram = telegram;
        this.id = id;
        this.title = title;
    }

    @Override
    public long id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** Makes a bot an administrator, with all rights if none are named. */
    public TestChat withAdmin(TestBot bot, Right... rights) {
        return promote(bot.id(), rights);
    }

    /** Makes a person an administrator, with all rights if none are named. */
    public TestChat withAdmin(TestPerson person, Right... rights) {
        return promote(person.id(), rights);
    }

    /** Lets a bot into a group; of a channel a bot can only be an administrator. */
    public TestChat withMember(TestBot bot) {
        telegram.world().chats().join(id, bot.id());
        return this;
    }

    /** Lets a person into a group, or subscribes one to a channel. */
    public TestChat withMember(TestPerson person) {
        telegram.world().chats().join(id, person.id());
        return this;
    }

    /** A new link by which anybody may come in. */
    public String link() {
        return telegram.world().memberships().newLink(id, null, 0, false);
    }

    /** A new link by which people ask to be let in. */
    public String linkThatAsks() {
        return telegram.world().memberships().newLink(id, null, 0, true);
    }

    /** The owner lets in somebody who asked. */
    public TestChat approves(TestPerson person) {
        telegram.world().memberships().decide(id, person.id(), true);
        return this;
    }

    /** The owner turns away somebody who asked. */
    public TestChat declines(TestPerson person) {
        telegram.world().memberships().decide(id, person.id(), false);
        return this;
    }

    /** Whether a person is in it now. */
    public boolean has(TestPerson person) {
        return has(person.id());
    }

    /** Whether a bot is in it now. */
    public boolean has(TestBot bot) {
        return has(bot.id());
    }

    private boolean has(long userId) {
        return telegram.world().chats().has(id, userId);
    }

    private TestChat promote(long userId, Right... rights) {
        telegram.world().chats().promote(id, rights.length == 0 ? Admin.full(userId) : Admin.of(userId, rights));
        return this;
    }

    @Override
    public String toString() {
        return title;
    }
}
