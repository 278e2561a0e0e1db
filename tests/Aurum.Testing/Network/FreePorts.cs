using System.Net;
using System.Net.Sockets;

namespace Aurum.Testing.Network;

/// <summary>Ports that nothing listened on a moment ago.</summary>
public static class FreePorts
{
    public static int FindOne() => Find(1)[0];

    public static int[] Find(int count)
    {
        TcpListener[] held = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in held)
        {
            listener.Start();
        }

        int[] ports = [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in held)
        {
            listener.Dispose();
        }

        return ports;
    }
}
