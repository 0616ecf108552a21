# Delivers one mail as Rails does for Chatwoot: config/initializers/mailer.rb makes the settings of the variables, and the
# gem mail (lib/mail/network/delivery_methods/smtp.rb) makes the connection of the settings.
require "net/smtp"
require "openssl"

yes = ->(name, otherwise) { ENV.fetch(name, otherwise).downcase == "true" }
smtp = Net::SMTP.new(ENV.fetch("SMTP_ADDRESS"), ENV.fetch("SMTP_PORT").to_i)
smtp.open_timeout = smtp.read_timeout = 10
context = OpenSSL::SSL::SSLContext.new
context.set_params(verify_mode: OpenSSL::SSL.const_get("VERIFY_#{ENV.fetch("SMTP_OPENSSL_VERIFY_MODE").upcase}"))
if yes.call("SMTP_TLS", "false") || yes.call("SMTP_SSL", "false")
  smtp.disable_starttls
  smtp.enable_tls(context)
elsif yes.call("SMTP_ENABLE_STARTTLS_AUTO", "true")
  smtp.enable_starttls_auto(context)
else
  smtp.disable_starttls
end
from = ENV.fetch("MAILER_SENDER_EMAIL")
user, password = ENV.values_at("SMTP_USERNAME", "SMTP_PASSWORD")
login = user.nil? ? [] : [user, password, ENV.fetch("SMTP_AUTHENTICATION").to_sym]
smtp.start(ENV.fetch("SMTP_DOMAIN"), *login) do |session|
  session.send_message("From: #{from}\r\nSubject: test\r\n\r\ndelivered\r\n", from[/[^<>\s]+@[^<>\s]+/], "people@example.com")
end
