package io.botmesh.cli;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A class file that lies where its package wants it.
 *
 * @param name the class's, as {@code Class.forName} takes it
 * @param root the folder that its package begins in
 */
record CompiledClass(String name, Path root) {
    private static final int MAGIC = 0xCAFEBABE;

    static boolean is(Path place) {
        return place.toString().endsWith(".class") && Files.isRegularFile(place);
    }

    /** @throws CommandException if it is none, or lies elsewhere */
    static CompiledClass at(Path file) {
        String name;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            name = name(in);
        } catch (IOException | RuntimeException broken) {
            throw CommandException.wrongUse(file + " is no class that can be read", broken);
        }
        var path = file.toAbsolutePath().normalize();
        if (!path.endsWith(name + ".class"))
            throw CommandException.wrongUse(
                    file + " is the class " + name.replace('/', '.') + " and has to lie at " + name + ".class");
        var root = path;
        for (int left = Path.of(name).getNameCount(); left > 0 && root != null; left--) root = root.getParent();
        if (root == null) throw CommandException.wrongUse(file + " lies in no folder");
        return new CompiledClass(name.replace('/', '.'), root);
    }

    /** Java Virtual Machine Specification, chapter 4: the constants, then which of them is the class itself. */
    private static String name(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) throw new IOException("no class");
        in.skipNBytes(4); // version
        int count = in.readUnsignedShort();
        var texts = new String[count];
        var classes = new int[count];
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 7 -> classes[i] = in.readUnsignedShort();
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // takes two places
                }
                default -> throw new IOException("unknown constant");
            }
        }
        in.skipNBytes(2); // access
        String name = texts[classes[in.readUnsignedShort()]];
        if (name == null) throw new IOException("no name");
        return name;
    }
}
