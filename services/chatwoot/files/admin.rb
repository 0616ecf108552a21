# The first account, administrator, bot and inbox of an installation, in place of Chatwoot's public onboarding page.
# Run by `rails runner` at every start: it adds what is missing, corrects what belongs to the stack (tokens, the bot's
# address and secret) and leaves alone what people may have changed (passwords, names, inboxes). It prints no secret.

def log(text) = puts("chatwoot-admin: #{text}")

# Models make a token of their own on creation. A token is unique, so a former owner (an administrator whose address
# the stack no longer names) loses it.
def pin_token(owner, value)
  token = owner.reload.access_token || AccessToken.new(owner: owner)
  return if token.token == value

  AccessToken.where(token: value).destroy_all
  token.token = value
  token.save!
  log "token of #{owner.class.name} #{owner.id} set"
end

email = ENV.fetch('ADMIN_EMAIL').strip.downcase
password = ENV.fetch('CHATWOOT_ADMIN_PASSWORD')
bot_token = ENV.fetch('CHATWOOT_BOT_TOKEN')
bot_secret = ENV.fetch('CHATWOOT_BOT_SECRET')
locale = ENV.fetch('LOCALE', 'en')
locale = 'en' unless Account.locales.key?(locale)
BOT_DESCRIPTION = 'Made by the stack: hands conversations to n8n.'.freeze

# All or nothing: a half-made installation would pass for a made one at the next run.
ActiveRecord::Base.transaction do
  admin = User.find_by(email: email)
  if admin.nil?
    # the address was changed in the settings: the account moves, with its password
    admin = AccessToken.find_by(owner_type: 'User', token: ENV.fetch('CHATWOOT_ADMIN_TOKEN'))&.owner
    if admin
      admin.skip_reconfirmation!
      admin.update!(email: email)
      log "administrator #{admin.id} has the new address"
    end
  elsif admin.type != 'SuperAdmin'
    admin.update!(type: 'SuperAdmin')
    log "user #{admin.id} is an administrator now"
  end
  bot = AccessToken.find_by(owner_type: 'AgentBot', token: bot_token)&.owner
  bot ||= AgentBot.find_by(description: BOT_DESCRIPTION) # its token has changed

  account = bot&.account || admin&.accounts&.order(:id)&.first || Account.order(:id).first
  if account.nil?
    account = Account.create!(name: ENV.fetch('ACCOUNT_NAME', 'AI Ecosystem'), locale: locale)
    log "account #{account.id} created"
  end

  if admin.nil?
    admin = User.new(name: 'Admin', email: email, type: 'SuperAdmin',
                     password: password, password_confirmation: password)
    admin.skip_confirmation!
    admin.save!
    log "administrator #{admin.id} created"
  end
  membership = AccountUser.find_or_initialize_by(account_id: account.id, user_id: admin.id)
  membership.update!(role: :administrator) unless membership.persisted? && membership.administrator?
  pin_token(admin, ENV.fetch('CHATWOOT_ADMIN_TOKEN'))

  bot ||= AgentBot.new(account: account, name: 'Assistant', description: BOT_DESCRIPTION)
  bot.bot_type = 'webhook'
  bot.outgoing_url = ENV['N8N_WEBHOOK_URL'] if ENV['N8N_WEBHOOK_URL']
  # bots have a secret since 4.13; it is encrypted, so only a real change may be assigned
  bot.secret = bot_secret if bot.has_attribute?(:secret) && bot.secret != bot_secret
  made = bot.new_record?
  if bot.changed?
    bot.save!
    log "bot #{bot.id} #{made ? 'created' : 'updated'}"
  end
  pin_token(bot, bot_token)

  # Only for a new installation: what people have removed does not come back.
  if made && account.inboxes.none?
    widget = Channel::WebWidget.create!(account: account, website_url: ENV.fetch('DASHBOARD_URL'))
    inbox = Inbox.create!(account: account, channel: widget, name: 'Website')
    InboxMember.create!(inbox: inbox, user: admin)
    AgentBotInbox.create!(inbox: inbox, agent_bot: bot)
    log "inbox #{inbox.id} created"
  end

  # Without n8n nobody answers the bot's inboxes, and what waits for it is seen by nobody: both are for people meanwhile.
  wanted = ENV['N8N_WEBHOOK_URL'] ? 'active' : 'inactive'
  AgentBotInbox.where(agent_bot_id: bot.id).find_each do |link|
    next if link.status == wanted

    # another bot may have been given the inbox meanwhile
    next log("bot of inbox #{link.inbox_id} stays #{link.status_was}") unless link.update(status: wanted)

    Conversation.where(inbox_id: link.inbox_id, status: :pending).find_each(&:open!) if wanted == 'inactive'
    log "bot of inbox #{link.inbox_id} #{wanted}"
  end
end

require_relative 'ai'
said = StackAi.run(AccessToken.find_by(token: bot_token).owner.account, ENV.fetch('CHATWOOT_AI_KEY', nil))
log "AI for people: #{said}" if said

# Attachments of data that came from elsewhere (production's archive on a host, and back): the rows name the place that they had
# there. Whoever brought them has laid the files out as they are here.
here = ENV.fetch('ACTIVE_STORAGE_SERVICE')
moved = ActiveStorage::Blob.where.not(service_name: here).update_all(service_name: here)
log "#{moved} attachments are in the storage #{here} now" if moved.positive?

# Until the flag is gone every page leads to the onboarding form, which is open to anybody.
Redis::Alfred.delete(Redis::Alfred::CHATWOOT_INSTALLATION_ONBOARDING)
log 'ready'
