package io.botmesh.world;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What members of a group may do.
 *
 * @param allowed everything else is forbidden
 */
public record Permissions(Set<Permission> allowed) {
    /** Everything. */
    public static final Permissions ALL = new Permissions(EnumSet.allOf(Permission.class));

    /** Nothing at all. */
    public static final Permissions NONE = new Permissions(Set.of());

    /** What a new group starts with: members write and invite, administrators do the rest. */
    static final Permissions BY_DEFAULT =
            ALL.without(Permission.CHANGE_INFO, Permission.PIN_MESSAGES, Permission.MANAGE_TOPICS);

    public Permissions {
        allowed = Set.copyOf(allowed);
    }

    public static Permissions of(Permission... allowed) {
        return new Permissions(Set.copyOf(Arrays.asList(allowed)));
    }

    public Permissions without(Permission... forbidden) {
        var rest = EnumSet.noneOf(Permission.class);
        rest.addAll(allowed);
        for (var permission : forbidden) rest.remove(permission);
        return new Permissions(rest);
    }

    boolean has(Permission permission) {
        return allowed.contains(permission);
    }

    /** The fields of a {@code ChatPermissions}, the one of older versions among them. */
    JsonWriter writeFields(JsonWriter json) {
        boolean media = false;
        for (var permission : allowed) media |= permission.sendsMedia();
        for (var permission : Permission.values()) {
            json.field(permission.wireName(), has(permission));
            if (permission == Permission.SEND_MESSAGES) json.field("can_send_media_messages", media);
        }
        return json;
    }

    /** Reads the argument {@code permissions}, in which broader permissions bring narrower ones unless asked not to. */
    static Permissions parse(Params params) {
        var text = params.text("permissions");
        if (text.isEmpty()) return parseOld(params);
        var json = Lenient.json(text);
        if (json == null) throw Refused.of(400, "Can't parse permissions JSON object");
        if (!json.isObject()) throw Refused.of(400, "Object expected as permissions");
        return Fields.within(
                "Can't parse chat permissions", json, value -> read(new Fields(value), isIndependent(params)));
    }

    private static Permissions read(Fields fields, boolean independent) {
        var allowed = EnumSet.noneOf(Permission.class);
        for (var permission : Permission.values()) if (fields.flag(permission.wireName())) allowed.add(permission);
        if (fields.flag("can_send_media_messages")) addMedia(allowed);
        // Two permissions are younger than the rest: who does not name them gets what the elder one brings.
        follow(allowed, fields, Permission.MANAGE_TOPICS, Permission.PIN_MESSAGES);
        follow(allowed, fields, Permission.REACT_TO_MESSAGES, Permission.SEND_MESSAGES);
        if (!independent) imply(allowed);
        return new Permissions(allowed);
    }

    private static boolean isIndependent(Params params) {
        return params.flag("use_independent_chat_permissions");
    }

    private static void follow(EnumSet<Permission> allowed, Fields fields, Permission young, Permission elder) {
        if (!fields.has(young.wireName()) && allowed.contains(elder)) allowed.add(young);
    }

    /** Before there were objects, four permissions were arguments of their own. */
    private static Permissions parseOld(Params params) {
        var allowed = EnumSet.noneOf(Permission.class);
        if (params.flag("can_send_messages")) {
            allowed.add(Permission.SEND_MESSAGES);
            allowed.add(Permission.REACT_TO_MESSAGES);
        }
        if (params.flag("can_send_media_messages")) addMedia(allowed);
        if (params.flag("can_send_other_messages")) allowed.add(Permission.SEND_OTHER_MESSAGES);
        if (params.flag("can_add_web_page_previews")) allowed.add(Permission.ADD_WEB_PAGE_PREVIEWS);
        imply(allowed);
        return new Permissions(allowed);
    }

    private static void imply(EnumSet<Permission> allowed) {
        if (allowed.contains(Permission.SEND_OTHER_MESSAGES) || allowed.contains(Permission.ADD_WEB_PAGE_PREVIEWS)) {
            addMedia(allowed);
        }
        for (var permission : Permission.values()) {
            if (permission.sends() && allowed.contains(permission)) allowed.add(Permission.SEND_MESSAGES);
        }
    }

    private static void addMedia(EnumSet<Permission> allowed) {
        for (var permission : Permission.values()) if (permission.sendsMedia()) allowed.add(permission);
    }
}
