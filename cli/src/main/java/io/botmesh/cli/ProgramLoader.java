package io.botmesh.cli;

import io.botmesh.bot.BotProgram;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user's {@link BotProgram} out of jars, folders of classes, class files and source files. They see the modules of Botmesh and their
 * libraries, so they need not bring them along; a manifest's {@code Class-Path} counts.
 */
final class ProgramLoader implements AutoCloseable {
    private final List<Path> places;
    private final Map<String, byte[]> compiled;
    private final URLClassLoader loader;

    /** @throws CommandException if there is no such jar, folder or file, or a file does not compile */
    ProgramLoader(List<Path> places) {
        this.places = List.copyOf(places);
        for (Path place : places) check(place);
        var sources = places.stream().filter(ProgramLoader::isSource).toList();
        var libraries = places.stream()
                .filter(place -> !sources.contains(place))
                .map(place -> CompiledClass.is(place) ? CompiledClass.at(place).root() : place)
                .distinct()
                .toList();
        this.compiled = sources.isEmpty() ? Map.of() : SourceCompiler.compile(sources, libraries);
        this.loader = new Loader(libraries.stream().map(ProgramLoader::url).toArray(URL[]::new), compiled);
    }

    /** Classes that were compiled here, and those of jars and folders. */
    private static final class Loader extends URLClassLoader {
        private final Map<String, byte[]> compiled;

        Loader(URL[] urls, Map<String, byte[]> compiled) {
            super("bot", urls, BotProgram.class.getClassLoader());
            this.compiled = compiled;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var bytes = compiled.get(name);
            return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static boolean isSource(Path place) {
        return SourceCompiler.isSource(place) && Files.isRegularFile(place);
    }

    private static void check(Path place) {
        boolean folder = Files.isDirectory(place);
        if (!folder && !Files.isRegularFile(place))
            throw CommandException.wrongUse(
                    place + (Files.exists(place) ? " is neither a file nor a folder" : " does not exist")
                            + "; name a jar, a folder of classes, a class file or a source file");
        if (!folder && !isSource(place) && !CompiledClass.is(place)) checkJar(place);
    }

    private static URL url(Path place) {
        try {
            return place.toUri().toURL(); // a folder's ends with a slash, as the loader wants it
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void checkJar(Path place) {
        try (var jar = new JarFile(place.toFile())) {
            jar.size();
        } catch (IOException broken) {
            throw CommandException.wrongUse(place + " is no jar (" + IoReason.of(broken) + ")", broken);
        }
    }

    /**
     * The program of that class or, without a name, the only one there is.
     *
     * @throws CommandException if there is none, are several, or it cannot be made
     */
    BotProgram program(@Nullable String className) {
        var type = className == null ? only() : named(className);
        if (!BotProgram.class.isAssignableFrom(type))
            throw CommandException.wrongUse(
                    type.getName() + " is no bot; it has to implement " + BotProgram.class.getName());
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (BotProgram) constructor.newInstance();
        } catch (NoSuchMethodException none) {
            throw CommandException.wrongUse(type.getName() + " has no constructor without parameters", none);
        } catch (InvocationTargetException failed) {
            var why = failed.getCause() == null ? failed : failed.getCause();
            throw CommandException.failed(
                    "the constructor of " + type.getName() + " failed: " + why + UserCode.place(why.getStackTrace()),
                    why);
        } catch (ReflectiveOperationException | RuntimeException refused) {
            throw CommandException.wrongUse(
                    "cannot make a " + type.getName() + " (" + refused.getMessage() + ")", refused);
        } catch (LinkageError missing) {
            throw lacking(type.getName(), missing);
        }
    }

    private Class<?> named(String className) {
        try {
            return Class.forName(className, true, loader);
        } catch (ClassNotFoundException none) {
            throw CommandException.wrongUse("there is no class " + className + " in " + where(), none);
        } catch (LinkageError missing) {
            throw lacking(className, missing);
        }
    }

    private static CommandException lacking(String className, LinkageError missing) {
        return switch (missing) {
            case ExceptionInInitializerError failed -> {
                var why = Objects.requireNonNullElse(failed.getCause(), failed);
                yield CommandException.failed(
                        "the static set-up of " + className + " failed: " + why + UserCode.place(why.getStackTrace()),
                        failed);
            }
            case UnsupportedClassVersionError newer -> CommandException.wrongUse(newer(className), newer);
            default ->
                CommandException.failed(
                        className + " cannot be loaded (" + missing + "); name the jars that it needs too", missing);
        };
    }

    private static String newer(String className) {
        int feature = Runtime.version().feature();
        return className + " was compiled for a newer Java than this one, " + feature + "; compile it with --release "
                + feature;
    }

    private Class<?> only() {
        var programs = new ArrayList<Class<?>>();
        var unknown = "";
        for (var name : classNames()) {
            try {
                var type = Class.forName(name, false, loader);
                if (BotProgram.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    programs.add(type);
            } catch (UnsupportedClassVersionError newer) {
                if (unknown.isEmpty()) unknown = "; " + newer(name);
            } catch (ClassNotFoundException | LinkageError optional) {
                // Of a library that is not there and may not be needed; or it is what was looked for.
                if (unknown.isEmpty()) unknown = "; " + name + " cannot be looked at (" + optional + ")";
            }
        }
        if (programs.size() == 1) return programs.getFirst();
        if (programs.isEmpty())
            throw CommandException.wrongUse("there is no bot in " + where() + "; a class has to implement "
                    + BotProgram.class.getName() + unknown);
        throw CommandException.wrongUse("there are several bots in " + where() + "; choose one with --class: "
                + String.join(
                        ", ", programs.stream().map(Class::getName).sorted().toList()));
    }

    private List<String> classNames() {
        var names = new ArrayList<String>(compiled.keySet());
        for (var place : places) {
            if (isSource(place)) continue;
            if (CompiledClass.is(place)) {
                names.add(CompiledClass.at(place).name()); // none of those beside it
                continue;
            }
            try {
                if (Files.isDirectory(place)) inFolder(place, names);
                else inJar(place, names);
            } catch (IOException broken) {
                throw CommandException.failed("cannot read " + place + " (" + IoReason.of(broken) + ")", broken);
            }
        }
        return names;
    }

    private static void inFolder(Path folder, List<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .forEach(entry -> add(entry, names));
        }
    }

    private static void inJar(Path place, List<String> names) throws IOException {
        try (var jar = new JarFile(place.toFile())) {
            jar.stream().forEach(entry -> add(entry.getName(), names));
        }
    }

    private static void add(String entry, List<String> names) {
        if (!entry.endsWith(".class") || entry.endsWith("-info.class") || entry.startsWith("META-INF/")) return;
        names.add(entry.substring(0, entry.length() - ".class".length()).replace('/', '.'));
    }

    private String where() {
        return String.join(", ", places.stream().map(Path::toString).toList());
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
