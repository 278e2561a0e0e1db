using Aurum.Storage.Postgres;
using Npgsql;

namespace Aurum.Storage.Tests.Postgres;

public sealed class PostgresDsnTests
{
    [Theory]
    [InlineData("postgresql://", "localhost:5432/", "")]
    [InlineData("postgres://host", "host:5432/", "")]
    [InlineData("postgresql://ann@host/", "host:5432/ann", "ann")]
    [InlineData("postgresql://ann:secret@host:5433/aurum", "host:5433/aurum", "ann")]
    [InlineData("postgresql://host:/aurum", "host:5432/aurum", "")]
    [InlineData("postgresql://a%40b:secret@h%61st/my%20db%2Fx", "hast:5432/my db/x", "a@b")]
    [InlineData("postgresql://ann@[::1]/db", "[::1]:5432/db", "ann")]
    [InlineData("postgresql://ann@[2001:db8::7]:6000/db", "[2001:db8::7]:6000/db", "ann")]
    [InlineData("postgresql://one:1,two,[::3]:3/db", "one:1,two:5432,[::3]:3/db", "")]
    [InlineData("postgresql:///db?host=/var/run/postgresql&port=5433", "/var/run/postgresql/db", "")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/db", "/var/run/postgresql/db", "")]
    [InlineData("postgresql:///db?host=one,two&port=1,2", "one:1,two:2/db", "")]
    [InlineData("postgresql:///db?host=one,two&port=7", "one:7,two:7/db", "")]
    [InlineData("postgresql://host/db?user=ann&dbname=other", "host:5432/other", "ann")]
    [InlineData("postgresql://ann:secret@host?dbname=db", "host:5432/db", "ann")]
    public void Place_and_user_are_read_as_libpq_reads_them(string url, string place, string user)
    {
        var dsn = PostgresDsn.Parse(url);

        Assert.Equal((place, user), (dsn.Place, dsn.User));
        Assert.Equal(user.Length == 0 ? $"postgresql://{place}" : $"postgresql://{user}@{place}", dsn.ToString());
    }

    [Theory]
    [InlineData("postgresql://ann:p%40ss%3Aw%2Fo%3Fr%23d%20%2541%26%3D%27%22%3B%5C%2C%C3%BC@host/db", "p@ss:w/o?r#d %41&='\";\\,ü")]
    [InlineData("postgresql://ann:a:b?c#d@host/db", "a:b?c#d")]
    [InlineData("postgresql://ann:one@host/db?password=two%26", "two&")]
    [InlineData("postgresql://ann@host/db", null)]
    public void The_password_comes_whole_and_only_into_the_connection_string(string url, string? password)
    {
        var dsn = PostgresDsn.Parse(url);

        Assert.Equal(password, new NpgsqlConnectionStringBuilder(dsn.ConnectionString).Password);
        Assert.Equal("postgresql://ann@host:5432/db", dsn.ToString());
    }

    [Theory]
    [InlineData("sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem&sslpassword=x", "SSL Mode=VerifyFull;Root Certificate=/ca.pem;SSL Certificate=/c.pem;SSL Key=/k.pem;SSL Password=x")]
    [InlineData("sslmode=verify-ca", "SSL Mode=VerifyCA")]
    [InlineData("sslmode=require", "SSL Mode=Require")]
    [InlineData("sslmode=require&sslrootcert=/ca.pem", "SSL Mode=VerifyCA;Root Certificate=/ca.pem")]
    [InlineData("sslmode=verify-full&sslrootcert=system", "SSL Mode=VerifyFull")]
    [InlineData("sslmode=disable", "SSL Mode=Disable")]
    [InlineData("ssl=true", "SSL Mode=Require")]
    [InlineData("connect_timeout=7", "Timeout=7")]
    [InlineData("connect_timeout=0", "Timeout=1024")]
    [InlineData("options=-c%20search_path%3Dx%20-c%20geqo%3Doff", "Options=-c idle_in_transaction_session_timeout=5s -c search_path=x -c geqo=off")]
    [InlineData("options=", "Options=")]
    [InlineData("keepalives_idle=30&keepalives_interval=5&keepalives_count=3", "Tcp Keepalive Time=30;Tcp Keepalive=True;Tcp Keepalive Interval=5")]
    [InlineData("passfile=/home/ann/.pgpass", "Passfile=/home/ann/.pgpass")]
    [InlineData("channel_binding=require", "Channel Binding=Require")]
    [InlineData("client_encoding=auto", "Client Encoding=UTF8")]
    [InlineData("target_session_attrs=read-write", "")]
    public void Parameters_become_what_Npgsql_calls_them(string query, string settings) =>
        SameSettings($"Host=host;Port=5432;Database=db;Username=ann;Application Name=aurum;Timeout=5;Options=-c idle_in_transaction_session_timeout=5s;{settings}", $"postgresql://ann@host/db?{query}");

    [Fact]
    public void Several_hosts_keep_the_wish_for_one_of_them() => SameSettings(
        "Host=\"one:1,two:2\";Database=db;Application Name=mine;Timeout=5;Options=-c idle_in_transaction_session_timeout=5s;Target Session Attributes=read-write;Load Balance Hosts=True",
        "postgresql://one:1,two:2/db?target_session_attrs=read-write&load_balance_hosts=random&application_name=mine");

    [Theory]
    [InlineData("", "begins with postgresql://")]
    [InlineData("Host=localhost;Password=secret", "begins with postgresql://")]
    [InlineData("http://ann:secret@host/db", "begins with postgresql://")]
    [InlineData("postgresql://ann:sec%ret@host/db", "password a % is not followed by two hexadecimal digits")]
    [InlineData("postgresql://ann:sec%00ret@host/db", "password a % is not followed by two hexadecimal digits")]
    [InlineData("postgresql://ann:pa@secret@host/db", "written %40")]
    [InlineData("postgresql://ann:pa/secret@host/db", "written %2F")]
    [InlineData("postgresql://ann:12/secret@host/db", "written %2F")]
    [InlineData("postgresql://ann:secret/host/db", "port in the PostgreSQL URL is not a number from 1 to 65535")]
    [InlineData("postgresql://host:0/db", "from 1 to 65535")]
    [InlineData("postgresql://host:65536/db", "from 1 to 65535")]
    [InlineData("postgresql://[::1/db", "in brackets")]
    [InlineData("postgresql://[::1]5432/db", "in brackets")]
    [InlineData("postgresql://one,two/db?port=1,2,3", "3 ports for 2 hosts")]
    [InlineData("postgresql://host/db?sslmod=require", "Unknown parameter 'sslmod'")]
    [InlineData("postgresql://host/db?Maximum%20Pool%20Size=3", "Unknown parameter 'Maximum Pool Size' in the PostgreSQL URL; known are application_name, channel_binding,")]
    [InlineData("postgresql://host/db?sslmode=secret", "sslmode of the PostgreSQL URL has an impossible value; possible: disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("postgresql://host/db?sslmode=require&sslrootcert=system", "sslrootcert of the PostgreSQL URL")]
    [InlineData("postgresql://host/db?connect_timeout=soon", "connect_timeout of the PostgreSQL URL has an impossible value; possible: a whole number of seconds")]
    [InlineData("postgresql://host/db?channel_binding=secret", "channel_binding of the PostgreSQL URL")]
    [InlineData("postgresql://host/db?client_encoding=latin1", "possible: UTF8")]
    [InlineData("postgresql://host/db?secret", "not of the form name=value")]
    [InlineData("postgresql://ann:pa?secret/x@host/db", "not of the form name=value")]
    public void A_wrong_URL_is_refused_with_what_is_wrong_and_without_the_password(string url, string reason)
    {
        var failure = Assert.Throws<FormatException>(() => PostgresDsn.Parse(url));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString().Split("   at ")[0], StringComparison.Ordinal);
    }

    private static void SameSettings(string settings, string url)
    {
        var expected = new NpgsqlConnectionStringBuilder(settings);
        var actual = new NpgsqlConnectionStringBuilder(PostgresDsn.Parse(url).ConnectionString);
        Assert.Equal(
            expected.Keys.Cast<string>().Order().Select(key => (key, expected[key].ToString())),
            actual.Keys.Cast<string>().Order().Select(key => (key, actual[key].ToString())));
    }
}
