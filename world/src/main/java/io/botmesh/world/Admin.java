package io.botmesh.world;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * An administrator of a chat.
 *
 * @param userId a bot or a person
 * @param rights what it may do; being an administrator at all brings {@link Right#MANAGE_CHAT}
 */
public record Admin(long userId, Set<Right> rights) {
    public Admin {
        var all = EnumSet.of(Right.MANAGE_CHAT);
        all.addAll(rights);
        rights = Set.copyOf(all);
    }

    public static Admin of(long userId, Right... rights) {
        return new Admin(userId, Set.copyOf(Arrays.asList(rights)));
    }

    /** Every right that such a chat knows but anonymity. */
    public static Admin full(long userId) {
        var rights = EnumSet.allOf(Right.class);
        rights.remove(Right.ANONYMOUS);
        return new Admin(userId, rights);
    }
}
