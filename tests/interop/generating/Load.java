import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the port of every service class below a folder: what the stack checks only when a program runs fails here. */
public final class Load {
    public static void main(String[] given) throws Exception {
        Path folder = Path.of(given[0]);
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, Load.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        int ports = 0;
        for (String name : classes(folder)) {
            Class<?> type = loader.loadClass(name);
            if (isService(type)) {
                Object service = type.getDeclaredConstructor().newInstance();
                for (Method method : type.getDeclaredMethods()) {
                    if (isPort(method)) {
                        method.invoke(service);
                        ports++;
                    }
                }
            }
        }
        if (ports == 0) {
            throw new IllegalStateException("no port");
        }
        System.exit(0);
    }

    private static List<String> classes(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            return files.map(folder::relativize).map(Path::toString).filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - 6).replace(File.separatorChar, '.'))
                    .sorted().collect(Collectors.toList());
        }
    }

    private static boolean isService(Class<?> type) {
        String parent = type.getSuperclass() == null ? "" : type.getSuperclass().getName();
        return parent.equals("jakarta.xml.ws.Service") || parent.equals("org.apache.axis.client.Service");
    }

    /** Both make an interface, by a getter without arguments. */
    private static boolean isPort(Method method) {
        return Modifier.isPublic(method.getModifiers()) && method.getName().startsWith("get")
                && method.getParameterCount() == 0 && method.getReturnType().isInterface()
                && (java.rmi.Remote.class.isAssignableFrom(method.getReturnType())
                        || method.getReturnType().getAnnotations().length > 0);
    }
}
